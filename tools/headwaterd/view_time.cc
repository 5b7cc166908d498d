// SPDX-License-Identifier: Apache-2.0
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <string>

#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

api::TimeState state_of(const std::optional<dataplane::ClockDiscipline>& discipline) {
  using State = dataplane::ClockDiscipline::State;
  if (!discipline) return api::TimeState::kSystem;
  switch (discipline->state()) {
    case State::kLocked:
      return api::TimeState::kLocked;
    case State::kSettling:
      return api::TimeState::kSettling;
    case State::kFollowing:
      return api::TimeState::kFollowing;
  }
  return api::TimeState::kSettling;
}

api::Leap leap_of(dataplane::Synchronisation::Leap leap) {
  using Leap = dataplane::Synchronisation::Leap;
  switch (leap) {
    case Leap::kNone:
      return api::Leap::kNone;
    case Leap::kInsert:
      return api::Leap::kInsert;
    case Leap::kDelete:
      return api::Leap::kDelete;
  }
  return api::Leap::kNone;
}

std::string text_of(dataplane::Utc utc) {
  const std::chrono::sys_time<std::chrono::nanoseconds> time(std::chrono::nanoseconds(utc.unix_nanoseconds));
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::floor<std::chrono::milliseconds>(time - second);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(second.time_since_epoch().count()), rest.count());
}

}  // namespace

api::TimeSnapshot View::time() {
  const std::lock_guard lock(links_.mutex);
  const Instant now = links_.now();
  const Timekeeper& time = links_.time;
  const Timekeeper::History& history = time.history();
  api::TimeSnapshot out;
  out.state = state_of(time.discipline());
  out.why_not_tsc = time.verdict().why_not;
  out.clocksource = time.verdict().clocksource;
  if (const auto& discipline = time.discipline()) {
    out.tsc_hz = discipline->hertz();
    out.rate_error_ppm = discipline->rate_error_ppm();
    out.offset_us = discipline->offset_ns() / 1e3;
    out.reading_width_us = discipline->width_ns() / 1e3;
  }
  out.measurements = history.measurements;
  out.interrupted = history.interrupted;
  out.jumps = history.jumps;
  if (history.jumps > 0) out.last_jump_s = history.last_jump.to_seconds();
  out.rate_changes = history.rate_changes;
  if (history.rate_changes > 0) out.last_rate_change_ppm = history.last_rate_change_ppm;
  out.utc.time = text_of(time.clock().utc().of(now));
  out.utc.synchronised = time.synchronised();
  if (const auto& kernel = time.kernel()) {
    out.utc.greatest_error_us = kernel->greatest_error_us;
    out.utc.estimated_error_us = kernel->estimated_error_us;
    out.utc.leap = leap_of(kernel->leap);
  }
  out.utc.steps = history.steps;
  if (history.steps > 0) out.utc.last_step_s = static_cast<double>(history.last_step_ns) / 1e9;
  out.problems = time.problems(now);
  out.notes = time.notes();
  return out;
}

}  // namespace headwater::daemon
