// SPDX-License-Identifier: Apache-2.0
#include "control/api/json.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "control/api/json_parts.h"

namespace headwater::control::api {
namespace {

std::string_view word(TimeState state) {
  switch (state) {
    case TimeState::kLocked:
      return "locked";
    case TimeState::kSettling:
      return "settling";
    case TimeState::kFollowing:
      return "following";
    case TimeState::kSystem:
      return "system";
  }
  return "system";
}

std::string_view word(Leap leap) {
  switch (leap) {
    case Leap::kNone:
      return "none";
    case Leap::kInsert:
      return "insert";
    case Leap::kDelete:
      return "delete";
  }
  return "none";
}

Json worker(const WorkerSnapshot& worker) {
  return {{"core", worker.core},
          {"heartbeat_age_ms", or_null(worker.heartbeat_age_ms)},
          {"loops", worker.loops},
          {"busy_loops", worker.busy_loops},
          {"stalls", worker.stalls},
          {"stall_ms", worker.stall_ms},
          {"taken_over", worker.taken_over},
          {"handover_drops", worker.handover_drops},
          {"overload_drops", worker.overload_drops}};
}

}  // namespace

Json to_json(const StatusSnapshot& status) {
  return {
      {"name", status.name},
      {"version", status.version},
      {"uptime_s", status.uptime_s},
      {"state", status.problems.empty() ? "ok" : "degraded"},
      {"problems", status.problems},
      {"consequences", status.consequences},
      {"channels",
       {{"on_air", status.channels.on_air},
        {"waiting", status.channels.waiting},
        {"refused", status.channels.refused},
        {"parked", status.channels.parked}}},
      {"inputs",
       {{"ok", status.inputs.ok},
        {"waiting", status.inputs.waiting},
        {"lost", status.inputs.lost},
        {"parked", status.inputs.parked}}},
      {"workers", array_of(status.workers, worker)},
      {"plan_generation", status.plan_generation},
      {"late_departures", status.late_departures},
      {"greatest_lateness_us", status.greatest_lateness_us},
      {"input_bitrate_bps", status.input_bitrate_bps},
      {"output_bitrate_bps", status.output_bitrate_bps},
      {"time_notes", status.time_notes},
  };
}

Json to_json(const TimeSnapshot& time) {
  return {
      {"counter", time.why_not_tsc.empty() ? "tsc" : "system"},
      {"state", word(time.state)},
      {"problems", time.problems},
      {"notes", time.notes},
      {"why_not_tsc", or_null(time.why_not_tsc)},
      {"clocksource", or_null(time.clocksource)},
      {"tsc_hz", or_null(time.tsc_hz)},
      {"rate_error_ppm", or_null(time.rate_error_ppm)},
      {"offset_us", or_null(time.offset_us)},
      {"reading_width_us", or_null(time.reading_width_us)},
      {"measurements", time.measurements},
      {"interrupted", time.interrupted},
      {"jumps", time.jumps},
      {"last_jump_s", or_null(time.last_jump_s)},
      {"rate_changes", time.rate_changes},
      {"last_rate_change_ppm", or_null(time.last_rate_change_ppm)},
      {"utc",
       {{"time", time.utc.time},
        {"synchronised", or_null(time.utc.synchronised)},
        {"greatest_error_us", or_null(time.utc.greatest_error_us)},
        {"estimated_error_us", or_null(time.utc.estimated_error_us)},
        {"leap", word(time.utc.leap)},
        {"steps", time.utc.steps},
        {"last_step_s", or_null(time.utc.last_step_s)}}},
  };
}

}  // namespace headwater::control::api
