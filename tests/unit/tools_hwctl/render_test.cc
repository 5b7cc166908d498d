// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/render.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "control/api/json.h"
#include "tests/unit/control_api/fixture_view.h"

namespace headwater::hwctl {
namespace {

using control::api::Detail;
using control::api::FixtureView;
using control::api::Json;
using control::api::to_json;
using ::testing::HasSubstr;
using ::testing::Not;

Json list(const char* name, const auto& items) {
  Json array = Json::array();
  for (const auto& item : items) {
    if constexpr (requires { to_json(item, Detail::kList); }) {
      array.push_back(to_json(item, Detail::kList));
    } else {
      array.push_back(to_json(item));
    }
  }
  return {{name, array}};
}

TEST(Render, Status) {
  EXPECT_EQ(render_status(to_json(FixtureView().status()), false),
            "oslo-1: 2 things are not in order, headwater 0.1.0, up 1 d 2 h\n"
            "  - input \"erste-b\": no packets for 12 s\n"
            "  - channel \"pay\" is refused: it is scrambled\n"
            "\n"
            "channels          2 on air, 1 refused\n"
            "inputs            2 ok, 1 lost\n"
            "rates             12.0 Mb/s in, 16.1 Mb/s out\n"
            "worker on core 1  heartbeat 0.0 s ago, 25 % of its turns busy, stood still 2 times since start, "
            "340 ms in "
            "all\n"
            "plan generation   17\n"
            "late departures   3, the worst by 1.25 ms\n");
}

TEST(Render, Time) {
  EXPECT_EQ(render_time(to_json(FixtureView().time()), false),
            "counted           the TSC, 2399.997600 MHz by the system's clock\n"
            "state             locked: -0.0025 ppm and +0.125 µs from the system's clock, read to 0.087 µs\n"
            "measured          93784 times, 12 of them interrupted\n"
            "TSC jumps         none\n"
            "TSC rate changes  1, the last by -100.5 ppm\n"
            "kernel's clock    tsc\n"
            "UTC               2026-11-28T12:30:00.123Z\n"
            "UTC synchronised  within 1.50 ms, about 12 µs\n"
            "leap second       a second is inserted at the end of this day\n"
            "UTC steps         2, the last by -3600.5 s\n");
}

TEST(Render, ATimeThatIsNotInOrderSaysWhatIsNot) {
  FixtureView view;
  view.time_ = {};
  view.time_.why_not_tsc = "the kernel found the TSC unstable";
  view.time_.problems = {"time: the TSC jumped"};
  view.time_.notes = {"neither NTP nor PTP holds the system's clock"};
  const std::string page = render_time(to_json(view.time_), false);
  EXPECT_THAT(page, HasSubstr("not in order      time: the TSC jumped\n"
                              "note              neither NTP nor PTP holds the system's clock\n"));
  EXPECT_THAT(page, HasSubstr("not the TSC: the kernel found the TSC unstable\n"));
  EXPECT_THAT(page, HasSubstr("the kernel does not say"));
  view.status_.time_notes = view.time_.notes;
  EXPECT_THAT(render_status(to_json(view.status_), false),
              HasSubstr("\ntime              neither NTP nor PTP holds the system's clock\n"));
}

TEST(Render, AThousandOfAKindAreTenLinesAndACount) {
  FixtureView view;
  view.status_.problems = {"worker on core 1 stands still for 2000 ms"};
  for (int i = 0; i < 1000; ++i) view.status_.problems.push_back(fmt::format("input \"in{}\": silent", i));
  view.status_.problems.emplace_back("channel \"a\": output a/0: no route");
  const std::string page = render_status(to_json(view.status()), false);
  EXPECT_THAT(page, HasSubstr("oslo-1: 1002 things are not in order"));
  EXPECT_THAT(page, HasSubstr("  - worker on core 1 stands still for 2000 ms\n  - input \"in0\": silent\n"));
  EXPECT_THAT(page, HasSubstr("  - input \"in9\": silent\n  - and 990 more: hwctl input list\n"
                              "  - channel \"a\": output a/0: no route\n\n"));
  EXPECT_EQ(to_json(view.status())["problems"].size(), 1002U);
}

TEST(Render, WhatAnotherProblemExplainsIsOnlyCounted) {
  FixtureView view;
  view.status_.problems = {"port \"west\": no carrier", "input \"a\": silent", "input \"b\": silent"};
  view.status_.consequences = {"input \"a\": silent", "input \"b\": silent"};
  const std::string page = render_status(to_json(view.status()), false);
  EXPECT_THAT(page, HasSubstr("oslo-1: 1 thing is not in order"));
  EXPECT_THAT(page, HasSubstr("  - port \"west\": no carrier\n"
                              "  - and 2 that follow from these: hwctl channel list, hwctl input list\n\n"));
}

TEST(Render, StatusOfAHouseInOrder) {
  FixtureView view;
  view.status_.problems.clear();
  view.status_.late_departures = 0;
  view.status_.workers.at(0).heartbeat_age_ms.reset();
  const std::string page = render_status(to_json(view.status()), false);
  EXPECT_THAT(page, HasSubstr("oslo-1: everything is in order, headwater 0.1.0, up 1 d 2 h\n\nchannels"));
  EXPECT_THAT(page, HasSubstr("late departures   none\n"));
  EXPECT_THAT(page, HasSubstr("worker on core 1  has not turned yet\n"));
}

TEST(Render, Channels) {
  EXPECT_EQ(
      render_channels(list("channels", FixtureView().channels()), false),
      "NO  ID         NAME          STATE    INPUT    PROGRAM       RATE  CC  TO                        WHY\n"
      " 1  das-erste  Das Erste HD  on air   erste-a    11100  8.06 Mb/s   2  rtp://239.20.0.1:5000 +1  "
      "output das-erste/1: no route\n"
      "    radio      R\u00e1dio \u6771\u4eac    on air   loop               192 kb/s   0  "
      "udp://239.20.0.2:5000\n"
      " 3  pay        Pay           refused  erste-b                   0   0                            it "
      "is scrambled\n");
}

TEST(Render, Channel) {
  const std::string page = render_channel(to_json(FixtureView().channels().at(0), Detail::kFull), false);
  EXPECT_THAT(page, HasSubstr("channel                 das-erste\n"));
  EXPECT_THAT(page, HasSubstr("note                    output das-erste/1: no route\n"));
  EXPECT_THAT(page, HasSubstr("PMT PID                 0x20\n"));
  EXPECT_THAT(page, Not(HasSubstr("why")));
  EXPECT_THAT(
      page,
      HasSubstr(
          "OUTPUT       TO                     PORT  FROM                 RATE  DATAGRAMS  LATE    WORST  "
          "DROPS\n"
          "das-erste/0  rtp://239.20.0.1:5000  east  10.2.0.50:5000  8.06 Mb/s        143     3  1.25 ms  "
          "drop_tx_full 7\n"));
  EXPECT_THAT(page, HasSubstr("PID IN  PID OUT  KIND   CODEC  LANGUAGES\n"
                              "  ours      0x0  pat\n"
                              " 0x200    0x100  video  H.264             PCR\n"
                              " 0x201    0x101  audio  AC-3   deu eng\n"));
}

TEST(Render, Inputs) {
  EXPECT_EQ(
      render_inputs(list("inputs", FixtureView().inputs()), false),
      "ID       STATE  SOURCE                 PORT       RATE   LAST  PROGRAMS  CC  LOST  TIMELINE  WHY\n"
      "erste-a  ok     rtp://232.10.1.1:5000  west  12.0 Mb/s  0.0 s         1   2     5  locked\n"
      "erste-b  lost   udp://239.10.1.1:5000  west          0   12 s         0   0     -  none      no "
      "packets for 12 s\n"
      "loop     ok     file:/srv/radio.ts            192 kb/s  0.0 s         0   0     -  its PCRs\n");
}

TEST(Render, Input) {
  const std::string page = render_input(to_json(FixtureView().inputs().at(0), Detail::kFull), false);
  EXPECT_THAT(page, HasSubstr("only from         10.1.0.5\n"));
  EXPECT_THAT(page, HasSubstr("core              1\n"));
  EXPECT_THAT(page, HasSubstr("RTP               5 lost, 4 reordered, 3 duplicates, 2 late, 1 restarts\n"));
  EXPECT_THAT(page,
              HasSubstr("TR 101 290        ts_sync_loss 0, sync_byte_error 0, pat_error 0, cc_error 2, "));
  EXPECT_THAT(page, HasSubstr("timeline          locked to PID 0x200, drift -1.25 ppm\n"));
  EXPECT_THAT(page, HasSubstr("history           512 of 2048 frames (25 %)\n"));
  EXPECT_THAT(
      page,
      HasSubstr("PSI               transport stream 1101, PAT version 4, SDT version 9, 0 section errors\n"));
  EXPECT_THAT(page,
              HasSubstr("\nprogram 11100 \"Das Erste HD\" of ARD: PMT PID 0x64 version 3, PCR PID 0x200\n"
                        "    PID  TYPE  KIND   CODEC  LANGUAGES\n"
                        "  0x200  0x1B  video  H.264\n"
                        "  0x201   0x6  audio  AC-3   deu eng\n"));
}

TEST(Render, AnInputWithoutAUsablePcrGoesBySmoothedArrival) {
  FixtureView view;
  view.inputs_.at(0).timeline = {.state = control::api::TimelineState::kArrival, .reference_pid = {}};
  EXPECT_THAT(render_inputs(list("inputs", view.inputs()), false), HasSubstr("     5  arrival\n"));
  EXPECT_THAT(render_input(to_json(view.inputs().at(0), Detail::kFull), false),
              HasSubstr("timeline          smoothed arrival (no usable PCR)\n"));
}

TEST(Render, AFileGoesByItsOwnClock) {
  FixtureView view;
  EXPECT_THAT(render_input(to_json(view.inputs().at(2), Detail::kFull), false),
              HasSubstr("by the file's own PCRs\n"));
  view.inputs_.at(2).timeline.state = control::api::TimelineState::kFileRate;
  EXPECT_THAT(render_input(to_json(view.inputs().at(2), Detail::kFull), false),
              HasSubstr("at the rate configured for the file\n"));
}

TEST(Render, AnInputThatIsLost) {
  const std::string page = render_input(to_json(FixtureView().inputs().at(1), Detail::kFull), false);
  EXPECT_THAT(page, HasSubstr("why               no packets for 12 s\n"));
  EXPECT_THAT(page, HasSubstr("PSI               no PAT yet\n"));
  EXPECT_THAT(page, HasSubstr("scrambled         yes, 900 packets since start\n"));
  EXPECT_THAT(page, HasSubstr("drops             drop_sync 1\n"));
  EXPECT_THAT(page, Not(HasSubstr("RTP")));
}

TEST(Render, Ports) {
  EXPECT_EQ(
      render_ports(list("ports", FixtureView().ports()), false),
      "ID    LINK        DEVICE                    DRIVER         ADDRESSES            IN        OUT  DROPS  "
      "QUERIER     GROUPS\n"
      "west  up 10 Gb/s  0000:3b:00.0              net_ice        10.1.0.10/24  12.6 Mb/s          0      4  "
      "10.1.0.1         2\n"
      "east  down        net_af_packet0,iface=hd0  net_af_packet  10.2.0.10/24          0  17.0 Mb/s      0  "
      "none heard       0\n");
}

TEST(Render, Port) {
  const std::string page = render_port(to_json(FixtureView().ports().at(0)), false);
  EXPECT_THAT(page, HasSubstr("received             12.6 Mb/s, 20010 frames, 27.0 MB\n"));
  EXPECT_THAT(page, HasSubstr("drops                drop_no_input 4\n"));
  EXPECT_THAT(page, HasSubstr("receives             every frame: the device filters no group\n"
                              "pause frames         off\n"));
  EXPECT_THAT(page, HasSubstr("GROUP       ONLY FROM  STATE\n"
                              "232.10.1.1  10.1.0.5   joined\n"
                              "239.10.1.1             joined\n"));
  EXPECT_THAT(page, Not(HasSubstr("conflicts")));
}

TEST(Render, APortTellsWhatItsNetworkDoesToIt) {
  FixtureView view;
  control::api::PortSnapshot& west = view.ports_.at(0);
  west.igmp_querier_present = false;
  west.igmp_querier_age_s = 7500;
  west.igmp_drops = {{"router_alert", 12}};
  west.arp_conflicts = 3;
  west.arp_rival = "02:00:00:00:00:99";
  west.frames_lost = 5;
  west.groups.at(0).state = control::api::GroupState::kByGroupOnly;
  west.groups.at(1).state = control::api::GroupState::kNeedsSource;
  const std::string page = render_port(to_json(view.ports().at(0)), false);
  EXPECT_THAT(page, HasSubstr("10.1.0.1, silent for 2 h 5 min\n"));
  EXPECT_THAT(page, HasSubstr("router_alert 12\n"));
  EXPECT_THAT(page, HasSubstr("3, the last by 02:00:00:00:00:99\n"));
  EXPECT_THAT(page, HasSubstr("ARP and IGMP not sent  5\n"));
  EXPECT_THAT(page, HasSubstr("10.1.0.5   from any source: the querier is older than IGMPv3\n"));
  EXPECT_THAT(page, HasSubstr("not joined: source-specific, and no source is given\n"));
}

TEST(Render, APortSaysWhatItsDeviceCannot) {
  FixtureView view;
  view.ports_.at(0).reception = "all_multicast";
  view.ports_.at(0).pause_frames = true;
  EXPECT_THAT(render_port(to_json(view.ports().at(0)), false),
              HasSubstr("receives             every group, and what is for its own address\n"
                        "pause frames         heeded: the switch can halt the port\n"));
  EXPECT_THAT(render_port(to_json(view.ports().at(1)), false), Not(HasSubstr("pause frames")));
}

TEST(Render, APortWithoutLinkSaysWhatToDo) {
  const std::string page = render_port(to_json(FixtureView().ports().at(1)), false);
  EXPECT_THAT(page, HasSubstr("link                 down\n"
                              "why                  interface hd0 is down: `ip link set hd0 up`\n"));
}

TEST(Render, LedgerALineAnEquation) {
  FixtureView view;
  EXPECT_EQ(render_ledger(to_json(view.ledger()), false),
            "KIND    NAME         OF                   IN     OUT  DROPPED\n"
            "input   erste-a      datagrams         20000   20000        0  balanced\n"
            "input   erste-a      packets          140000  140000        0  balanced\n"
            "output  das-erste/0  packets_offered    1000    1000        0  balanced\n"
            "output  das-erste/0  packets_emitted    1000    1000        7  balanced\n"
            "port    west         frames_received       0       0        0  balanced\n"
            "port    west         frames_to_send        0       0        0  balanced\n");
  view.ledger_.at(2).equations.at(0).left.at(0).value = 1;
  EXPECT_THAT(render_ledger(to_json(view.ledger()), false),
              HasSubstr("1       0        0  DOES NOT BALANCE\n"));
}

TEST(Render, LedgerNamesWhatTheDeviceLost) {
  FixtureView view;
  view.ledger_ = {view.ledger_.at(2)};
  view.ledger_.at(0).events = {{"device_missed", 40}, {"device_no_buffer", 2}, {"another", 7}};
  EXPECT_EQ(render_ledger(to_json(view.ledger()), false),
            "KIND  NAME  OF                  IN  OUT  DROPPED\n"
            "port  west  frames_received      0    0        0  balanced\n"
            "port  west  frames_to_send       0    0        0  balanced\n"
            "port  west  lost by the device                42\n");
  EXPECT_THAT(render_ledger_terms(to_json(view.ledger()), false), HasSubstr("device_missed     40\n"));
}

TEST(Render, LedgerEachTerm) {
  FixtureView view;
  view.ledger_ = {view.ledger_.at(1)};
  EXPECT_THAT(render_ledger_terms(to_json(view.ledger()), false), HasSubstr("output das-erste/0\n"
                                                                            "  packets_offered: balanced\n"
                                                                            "    in   offered       1000\n"
                                                                            "    in   sum           1000\n"
                                                                            "    out  passed_over     10\n"
                                                                            "    out  copies_in      990\n"
                                                                            "    out  expelled         0\n"
                                                                            "    out  history_held     0\n"
                                                                            "    out  sum           1000\n"
                                                                            "  packets_emitted: balanced\n"));
}

TEST(Render, Check) {
  config::Problems problems;
  problems.errors.push_back({{"a.yaml", 42, 11}, "pid 8200 is not a PID (0..8191)"});
  problems.warnings.push_back({{"a.yaml", 0, 0}, "no channels"});
  EXPECT_EQ(render_check(to_json(problems), false),
            "a.yaml:42:11: pid 8200 is not a PID (0..8191)\n"
            "a.yaml: warning: no channels\n");
}

// Of an appliance older or newer than this hwctl, or of something else altogether.
TEST(Render, AnswersThatLackEverythingHarmNobody) {
  for (const Json& answer : {Json::object(), Json(), Json(5),
                             Json::parse(R"({"channels":[{}],"inputs":[{}],"ports":[{}],)"
                                         R"("outputs":[{}],"pids":[{}],"programs":[{}],)"
                                         R"("entries":[{"equations":[{}]}],"errors":[{}]})")}) {
    for (const Renderer render :
         {render_status, render_version, render_channels, render_channel, render_inputs, render_input,
          render_ports, render_port, render_ledger, render_ledger_terms, render_check}) {
      EXPECT_NO_THROW(render(answer, true));
    }
  }
}

TEST(Render, ColourAddsToWordsAndNeverReplacesThem) {
  const Json channels = list("channels", FixtureView().channels());
  const std::string coloured = render_channels(channels, true);
  EXPECT_THAT(coloured, HasSubstr("\x1b[32mon air\x1b[0m"));
  EXPECT_THAT(coloured, HasSubstr("\x1b[1;31mrefused\x1b[0m"));
  std::string bare;
  for (std::size_t i = 0; i < coloured.size(); ++i) {
    if (coloured[i] == '\x1b') {
      i = coloured.find('m', i);
    } else {
      bare += coloured[i];
    }
  }
  EXPECT_EQ(bare, render_channels(channels, false));
}

}  // namespace
}  // namespace headwater::hwctl
