// SPDX-License-Identifier: Apache-2.0
#include "control/api/json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "control/api/json_parts.h"

namespace headwater::control::api {
namespace {

std::string_view word(ChannelState state) {
  switch (state) {
    case ChannelState::kOnAir:
      return "on_air";
    case ChannelState::kWaiting:
      return "waiting";
    case ChannelState::kRefused:
      return "refused";
    case ChannelState::kParked:
      return "parked";
  }
  return "waiting";
}

std::string_view word(InputState state) {
  switch (state) {
    case InputState::kOk:
      return "ok";
    case InputState::kWaiting:
      return "waiting";
    case InputState::kLost:
      return "lost";
    case InputState::kParked:
      return "parked";
  }
  return "waiting";
}

std::string_view word(TimelineState state) {
  switch (state) {
    case TimelineState::kNone:
      return "none";
    case TimelineState::kArrival:
      return "arrival";
    case TimelineState::kAcquiring:
      return "acquiring";
    case TimelineState::kLocked:
      return "locked";
    case TimelineState::kFilePcr:
      return "file_pcr";
    case TimelineState::kFileRate:
      return "file_rate";
  }
  return "none";
}

std::string_view word(LedgerKind kind) {
  switch (kind) {
    case LedgerKind::kInput:
      return "input";
    case LedgerKind::kOutput:
      return "output";
    case LedgerKind::kPort:
      return "port";
  }
  return "input";
}

std::string_view word(GroupState state) {
  switch (state) {
    case GroupState::kJoined:
      return "joined";
    case GroupState::kByGroupOnly:
      return "by_group_only";
    case GroupState::kNeedsSource:
      return "needs_source";
  }
  return "joined";
}

Json output(const OutputSnapshot& output) {
  return {{"id", output.id},
          {"destination", output.destination},
          {"port", output.port},
          {"source", output.source},
          {"bitrate_bps", output.bitrate_bps},
          {"packets", output.packets},
          {"datagrams", output.datagrams},
          {"late_departures", output.late_departures},
          {"greatest_lateness_us", output.greatest_lateness_us},
          {"drops", terms(output.drops)}};
}

Json pid(const PidSnapshot& pid) {
  return {{"input_pid", or_null(pid.input_pid)},
          {"output_pid", pid.output_pid.value()},
          {"kind", pid.kind},
          {"codec", or_null(pid.codec)},
          {"languages", pid.languages},
          {"carries_pcr", pid.carries_pcr}};
}

Json stream(const StreamSnapshot& stream) {
  return {{"pid", stream.pid.value()},
          {"stream_type", stream.type},
          {"kind", stream.kind},
          {"codec", or_null(stream.codec)},
          {"languages", stream.languages}};
}

Json program(const ProgramSnapshot& program) {
  return {{"number", program.number},
          {"name", or_null(program.name)},
          {"provider", or_null(program.provider)},
          {"pmt_pid", program.pmt_pid.value()},
          {"pmt_version", or_null(program.pmt_version)},
          {"pcr_pid", or_null(program.pcr_pid)},
          {"scrambled", program.scrambled},
          {"streams", array_of(program.streams, stream)}};
}

Json rtp(const InputSnapshot::Rtp& rtp) {
  return {{"lost", rtp.lost},
          {"reordered", rtp.reordered},
          {"duplicates", rtp.duplicates},
          {"late", rtp.late},
          {"restarts", rtp.restarts}};
}

Json direction(const PortSnapshot::Direction& direction) {
  return {{"bitrate_bps", direction.bitrate_bps}, {"frames", direction.frames}, {"bytes", direction.bytes}};
}

Json group(const GroupSnapshot& group) {
  return {{"group", group.group}, {"source", or_null(group.source)}, {"state", word(group.state)}};
}

Json equation(const Equation& equation) {
  return {{"name", equation.name},          {"balanced", equation.balanced()},
          {"left", terms(equation.left)},   {"left_sum", equation.left_sum()},
          {"right", terms(equation.right)}, {"right_sum", equation.right_sum()}};
}

}  // namespace

Json to_json(const ChannelSnapshot& channel, Detail detail) {
  Json out = {
      {"id", channel.id},
      {"name", channel.name},
      {"provider", or_null(channel.provider)},
      {"number", or_null(channel.number)},
      {"state", word(channel.state)},
      {"reason", or_null(channel.reason)},
      {"notes", channel.notes},
      {"input", or_null(channel.input)},
      {"program", or_null(channel.program)},
      {"service_id", or_null(channel.service_id)},
      {"transport_stream_id", or_null(channel.transport_stream_id)},
      {"pmt_pid", or_null(channel.pmt_pid)},
      {"pcr_pid", or_null(channel.pcr_pid)},
      {"delay_ms", channel.delay_ms},
      {"bitrate_bps", channel.bitrate_bps},
      {"input_cc_errors", channel.input_cc_errors},
      {"outputs", array_of(channel.outputs, output)},
  };
  if (detail == Detail::kFull) out["pids"] = array_of(channel.pids, pid);
  return out;
}

Json to_json(const InputSnapshot& input, Detail detail) {
  const InputSnapshot::Priority1& p1 = input.priority1;
  Json out = {
      {"id", input.id},
      {"source", input.source},
      {"from", or_null(input.from)},
      {"port", or_null(input.port)},
      {"core", or_null(input.core)},
      {"state", word(input.state)},
      {"reason", or_null(input.reason)},
      {"notes", input.notes},
      {"bitrate_bps", input.bitrate_bps},
      {"last_packet_age_ms", or_null(input.last_packet_age_ms)},
      {"datagrams", input.datagrams},
      {"packets", input.packets},
      {"transport_stream_id", or_null(input.transport_stream_id)},
      {"pat_version", or_null(input.pat_version)},
      {"sdt_version", or_null(input.sdt_version)},
      {"section_errors", input.section_errors},
      {"program_count", input.programs.size()},
      {"priority1",
       {{"ts_sync_loss", p1.ts_sync_loss},
        {"sync_byte_error", p1.sync_byte_error},
        {"pat_error", p1.pat_error},
        {"cc_error", p1.cc_error},
        {"pmt_error", p1.pmt_error},
        {"pid_error", p1.pid_error}}},
      {"transport_errors", input.transport_errors},
      {"scrambled", input.scrambled},
      {"scrambled_packets", input.scrambled_packets},
      {"rtp", input.rtp ? rtp(*input.rtp) : Json()},
      {"timeline",
       {{"state", word(input.timeline.state)},
        {"reference_pid", or_null(input.timeline.reference_pid)},
        {"drift_ppm", input.timeline.drift_ppm}}},
      {"history_frames", input.history_frames},
      {"history_capacity", input.history_capacity},
      {"drops", terms(input.drops)},
      {"file_loops", input.file_loops},
  };
  if (detail == Detail::kFull) out["programs"] = array_of(input.programs, program);
  return out;
}

Json to_json(const PortSnapshot& port) {
  return {
      {"id", port.id},
      {"device", port.device},
      {"driver", port.driver},
      {"mac", port.mac},
      {"addresses", port.addresses},
      {"vlan", or_null(port.vlan)},
      {"link_up", port.link_up},
      {"link_bps", or_null(port.link_bps)},
      {"link_trouble", or_null(port.link_trouble)},
      {"reception", or_null(port.reception)},
      {"pause_frames", or_null(port.pause_frames)},
      {"received", direction(port.received)},
      {"sent", direction(port.sent)},
      {"device_drops", port.device_drops},
      {"drops", terms(port.drops)},
      {"igmp_querier", or_null(port.igmp_querier)},
      {"igmp_querier_present", port.igmp_querier_present},
      {"igmp_querier_age_s", or_null(port.igmp_querier_age_s)},
      {"igmp_version", or_null(port.igmp_version)},
      {"groups", array_of(port.groups, group)},
      {"igmp_drops", terms(port.igmp_drops)},
      {"arp_conflicts", port.arp_conflicts},
      {"arp_rival", or_null(port.arp_rival)},
      {"frames_lost", port.frames_lost},
  };
}

Json to_json(const std::vector<LedgerEntry>& entries) {
  bool balanced = true;
  Json list = Json::array();
  for (const LedgerEntry& entry : entries) {
    balanced = balanced && entry.balanced();
    list.push_back({{"kind", word(entry.kind)},
                    {"name", entry.name},
                    {"balanced", entry.balanced()},
                    {"equations", array_of(entry.equations, equation)},
                    {"events", terms(entry.events)}});
  }
  return {{"balanced", balanced}, {"entries", std::move(list)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace headwater::control::api
