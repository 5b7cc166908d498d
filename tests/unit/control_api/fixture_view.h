// SPDX-License-Identifier: Apache-2.0
//
// A small headend as the API would see it: two channels on air and one refused, a locked RTP input, a lost
// one and a file, two ports. Tests change the members before they ask.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "control/api/ledger.h"
#include "control/api/view.h"

namespace headwater::control::api {

inline Pid pid(std::uint16_t value) {
  return *Pid::from(value);
}

class FixtureView : public ApplianceView {
 public:
  FixtureView() {
    make_status();
    make_time();
    make_channels();
    make_inputs();
    make_ports();
    make_ledger();
  }

  std::string version() override { return status_.version; }
  StatusSnapshot status() override {
    ++wholes_;
    return status_;
  }
  TimeSnapshot time() override { return time_; }
  std::vector<ChannelSnapshot> channels() override {
    ++wholes_;
    return channels_;
  }
  std::vector<InputSnapshot> inputs() override {
    ++wholes_;
    return inputs_;
  }
  std::vector<PortSnapshot> ports() override {
    ++wholes_;
    return ports_;
  }
  std::optional<ChannelSnapshot> channel(const std::string& id) override { return one_of(channels_, id); }
  std::optional<InputSnapshot> input(const std::string& id) override { return one_of(inputs_, id); }
  std::optional<PortSnapshot> port(const std::string& id) override { return one_of(ports_, id); }
  Names names() override {
    Names names;
    for (const ChannelSnapshot& channel : channels_) {
      names.channels.push_back(channel.id);
      for (const OutputSnapshot& output : channel.outputs) names.outputs.push_back(output.id);
    }
    for (const InputSnapshot& input : inputs_) names.inputs.push_back(input.id);
    for (const PortSnapshot& port : ports_) names.ports.push_back(port.id);
    return names;
  }
  std::vector<LedgerEntry> ledger() override {
    ++wholes_;
    return ledger_;
  }
  std::vector<LedgerEntry> ledger(const std::string& name) override {
    std::vector<std::string> wanted{name};
    if (const auto owner = channel(name)) {
      wanted.push_back(owner->input);
      for (const OutputSnapshot& output : owner->outputs) wanted.push_back(output.id);
    }
    std::vector<LedgerEntry> entries;
    for (const LedgerEntry& entry : ledger_) {
      if (std::ranges::find(wanted, entry.name) != wanted.end()) entries.push_back(entry);
    }
    return entries;
  }
  RunningConfig running_config(bool with_defaults) override {
    return {.file = "headend.yaml",
            .text = with_defaults ? "headend: { poll: adaptive }\n" : "headend: {}\n"};
  }
  config::Problems check_config(const std::string& file, std::string_view text) override {
    config::Problems problems;
    if (text.find("8200") != std::string_view::npos) {
      problems.errors.push_back({{file, 42, 11}, "pid 8200 is not a PID (0..8191)"});
    }
    problems.warnings.push_back({{file, 0, 0}, "input \"spare\" is used by no channel"});
    return problems;
  }

  StatusSnapshot status_;
  TimeSnapshot time_;
  std::vector<ChannelSnapshot> channels_;
  std::vector<InputSnapshot> inputs_;
  std::vector<PortSnapshot> ports_;
  std::vector<LedgerEntry> ledger_;
  int wholes_ = 0;  // how often all of something was asked for

 private:
  template <typename Snapshot>
  static std::optional<Snapshot> one_of(const std::vector<Snapshot>& all, const std::string& id) {
    for (const Snapshot& each : all) {
      if (each.id == id) return each;
    }
    return std::nullopt;
  }

  void make_status() {
    status_.name = "oslo-1";
    status_.version = "0.1.0";
    status_.uptime_s = 93'784;  // 1 d 2 h 3 min 4 s
    status_.problems = {"input \"erste-b\": no packets for 12 s",
                        "channel \"pay\" is refused: it is scrambled"};
    status_.channels = {.on_air = 2, .waiting = 0, .refused = 1, .parked = 0};
    status_.inputs = {.ok = 2, .waiting = 0, .lost = 1, .parked = 0};
    status_.workers = {{.core = 1,
                        .heartbeat_age_ms = 0,
                        .loops = 1'000'000,
                        .busy_loops = 250'000,
                        .stalls = 2,
                        .stall_ms = 340,
                        .taken_over = 12,
                        .handover_drops = 1,
                        .overload_drops = 3}};
    status_.plan_generation = 17;
    status_.late_departures = 3;
    status_.greatest_lateness_us = 1250;
    status_.input_bitrate_bps = 12'034'000;
    status_.output_bitrate_bps = 16'120'000;
  }

  void make_time() {
    time_.state = TimeState::kLocked;
    time_.clocksource = "tsc";
    time_.tsc_hz = 2'399'997'600.5;
    time_.rate_error_ppm = -0.0025;
    time_.offset_us = 0.125;
    time_.reading_width_us = 0.0875;
    time_.measurements = 93'784;
    time_.interrupted = 12;
    time_.rate_changes = 1;
    time_.last_rate_change_ppm = -100.5;
    time_.utc = {.time = "2026-11-28T12:30:00.123Z",
                 .synchronised = true,
                 .greatest_error_us = 1500,
                 .estimated_error_us = 12,
                 .leap = Leap::kInsert,
                 .steps = 2,
                 .last_step_s = -3600.5};
  }

  void make_channels() {
    ChannelSnapshot erste;
    erste.id = "das-erste";
    erste.name = "Das Erste HD";
    erste.provider = "ARD";
    erste.number = 1;
    erste.state = ChannelState::kOnAir;
    erste.notes = {"output das-erste/1: no route"};
    erste.input = "erste-a";
    erste.program = 11100;
    erste.service_id = 101;
    erste.transport_stream_id = 1;
    erste.pmt_pid = pid(0x20);
    erste.pcr_pid = pid(0x100);
    erste.delay_ms = 200;
    erste.bitrate_bps = 8'060'000;
    erste.input_cc_errors = 2;
    OutputSnapshot output;
    output.id = "das-erste/0";
    output.destination = "rtp://239.20.0.1:5000";
    output.port = "east";
    output.source = "10.2.0.50:5000";
    output.bitrate_bps = 8'060'000;
    output.packets = 1000;
    output.datagrams = 143;
    output.late_departures = 3;
    output.greatest_lateness_us = 1250;
    output.drops = {{"drop_tx_full", 7}};
    erste.outputs.push_back(output);
    output.id = "das-erste/1";
    output.destination = "udp://239.20.1.1:5000";
    output.drops.clear();
    erste.outputs.push_back(output);
    erste.pids = {{.input_pid = {}, .output_pid = pid(0), .kind = "pat", .codec = "", .languages = {}},
                  {.input_pid = pid(0x200),
                   .output_pid = pid(0x100),
                   .kind = "video",
                   .codec = "H.264",
                   .languages = {},
                   .carries_pcr = true},
                  {.input_pid = pid(0x201),
                   .output_pid = pid(0x101),
                   .kind = "audio",
                   .codec = "AC-3",
                   .languages = {"deu", "eng"}}};

    ChannelSnapshot radio;
    radio.id = "radio";
    radio.name = "R\u00e1dio \u6771\u4eac";  // two cells for each of the last two characters
    radio.state = ChannelState::kOnAir;
    radio.input = "loop";
    radio.bitrate_bps = 192'000;
    OutputSnapshot second = output;
    second.id = "radio/0";
    second.destination = "udp://239.20.0.2:5000";
    second.bitrate_bps = 192'000;
    radio.outputs.push_back(second);

    ChannelSnapshot pay;
    pay.id = "pay";
    pay.name = "Pay";
    pay.number = 3;
    pay.state = ChannelState::kRefused;
    pay.reason = "it is scrambled";
    pay.input = "erste-b";
    channels_ = {erste, radio, pay};
  }

  void make_inputs() {
    InputSnapshot a;
    a.id = "erste-a";
    a.source = "rtp://232.10.1.1:5000";
    a.from = "10.1.0.5";
    a.port = "west";
    a.state = InputState::kOk;
    a.bitrate_bps = 12'034'000;
    a.last_packet_age_ms = 1;
    a.datagrams = 20'000;
    a.packets = 140'000;
    a.transport_stream_id = 1101;
    a.pat_version = 4;
    a.sdt_version = 9;
    a.programs = {
        {.number = 11100,
         .name = "Das Erste HD",
         .provider = "ARD",
         .pmt_pid = pid(0x64),
         .pcr_pid = pid(0x200),
         .pmt_version = 3,
         .scrambled = false,
         .streams = {{.pid = pid(0x200), .type = 0x1B, .kind = "video", .codec = "H.264", .languages = {}},
                     {.pid = pid(0x201),
                      .type = 0x06,
                      .kind = "audio",
                      .codec = "AC-3",
                      .languages = {"deu", "eng"}}}}};
    a.priority1.cc_error = 2;
    a.rtp = InputSnapshot::Rtp{.lost = 5, .reordered = 4, .duplicates = 3, .late = 2, .restarts = 1};
    a.timeline = {.state = TimelineState::kLocked, .reference_pid = pid(0x200), .drift_ppm = -1.25};
    a.history_frames = 512;
    a.history_capacity = 2048;
    a.core = 1;

    InputSnapshot b;
    b.id = "erste-b";
    b.source = "udp://239.10.1.1:5000";
    b.port = "west";
    b.state = InputState::kLost;
    b.reason = "no packets for 12 s";
    b.last_packet_age_ms = 12'000;
    b.scrambled = true;
    b.scrambled_packets = 900;
    b.drops = {{"drop_sync", 1}};

    InputSnapshot loop;
    loop.id = "loop";
    loop.source = "file:/srv/radio.ts";
    loop.state = InputState::kOk;
    loop.bitrate_bps = 192'000;
    loop.last_packet_age_ms = 20;
    loop.file_loops = 6;
    loop.timeline.state = TimelineState::kFilePcr;
    inputs_ = {a, b, loop};
  }

  void make_ports() {
    PortSnapshot west;
    west.id = "west";
    west.device = "0000:3b:00.0";
    west.driver = "net_ice";
    west.mac = "02:00:00:00:00:01";
    west.addresses = {"10.1.0.10/24"};
    west.link_up = true;
    west.link_bps = 10'000'000'000;
    west.reception = "promiscuous";
    west.pause_frames = false;
    west.received = {.bitrate_bps = 12'600'000, .frames = 20'010, .bytes = 27'000'000};
    west.drops = {{"drop_no_input", 4}};
    west.igmp_querier = "10.1.0.1";
    west.igmp_querier_present = true;
    west.igmp_querier_age_s = 40;
    west.igmp_version = 3;
    west.groups = {{.group = "232.10.1.1", .source = "10.1.0.5"}, {.group = "239.10.1.1", .source = ""}};
    PortSnapshot east;
    east.id = "east";
    east.device = "net_af_packet0,iface=hd0";
    east.driver = "net_af_packet";
    east.mac = "02:00:00:00:00:02";
    east.addresses = {"10.2.0.10/24"};
    east.vlan = 300;
    east.link_trouble = "interface hd0 is down: `ip link set hd0 up`";
    east.sent = {.bitrate_bps = 17'000'000, .frames = 286, .bytes = 388'000};
    ports_ = {west, east};
  }

  void make_ledger() {
    dataplane::InputCounters input;
    input.datagrams.add(20'000);
    input.accepted.add(20'000);
    input.packets.add(140'000);
    input.routed.add(139'000);
    input.psi.add(900);
    input.null.add(100);
    input.cc_error.add(2);
    dataplane::OutputCounters output;
    output.offered.add(1000);
    output.copies_in.add(990);
    output.passed_over.add(10);
    output.inserted_pat.add(10);
    output.emitted.add(986);
    output.held.set(7);
    output.drop_tx_full.add(7);
    const dataplane::PortCounters port;
    ledger_ = settled({{"erste-a", &input}, {"das-erste/0", &output}, {"west", &port}});
  }
};

}  // namespace headwater::control::api
