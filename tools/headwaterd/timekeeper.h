// SPDX-License-Identifier: Apache-2.0
//
// Keeps the appliance's time: measures the TSC against the system's clock once a second and publishes how it
// is to be counted; follows the time of day, for UTC, and whether NTP or PTP holds it; logs what happens to
// either. Control thread; read under the appliance's mutex.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/log/log.h"
#include "dataplane/clock/clock_discipline.h"
#include "dataplane/worker/now.h"
#include "dataplane/worker/system_clocks.h"
#include "tools/headwaterd/movement.h"

namespace headwater::daemon {

class Timekeeper {
 public:
  // The clocks that are measured are looked at in each turn of control, and measured so often.
  static constexpr std::int64_t kIntervalNs = 1'000'000'000;
  // A clock that nobody corrects is at worst 500 ppm off (adjtimex(2), maxerror): systemd-timesyncd, which
  // asks the least often, every 2048 s, lets that grow to 1.02 s.
  static constexpr std::int64_t kGreatestErrorUs = 2'000'000;
  // CLOCK_REALTIME against CLOCK_MONOTONIC moves only when it is stepped.
  static constexpr std::int64_t kStepNs = 100'000;

  // What has happened since start.
  struct History {
    std::uint64_t measurements = 0, interrupted = 0;
    std::uint64_t jumps = 0, rate_changes = 0, steps = 0;
    Ticks27 last_jump;
    double last_rate_change_ppm = 0;
    std::int64_t last_step_ns = 0;
  };

  // All outlive it.
  Timekeeper(dataplane::WorkerClock& clock, dataplane::SystemClocks clocks, control::Log& log);

  // Takes 20 ms, in which it measures the TSC for the first time; the clock counts it from then on.
  void start();
  // From here on the rate is steered: before the workers begin. The longer after start(), the better it is
  // known.
  void release();
  // A turn of control.
  void tick();

  [[nodiscard]] const dataplane::WorkerClock& clock() const { return clock_; }
  // None where the system's clock is read instead, for the reason that the verdict gives.
  [[nodiscard]] const std::optional<dataplane::ClockDiscipline>& discipline() const { return discipline_; }
  [[nodiscard]] const dataplane::TscVerdict& verdict() const { return verdict_; }
  [[nodiscard]] const std::optional<dataplane::Synchronisation>& kernel() const { return kernel_; }
  // nullopt: the kernel does not say.
  [[nodiscard]] std::optional<bool> synchronised() const;
  [[nodiscard]] const History& history() const { return history_; }

  // In words. What went wrong in the last minute, and what an operator should mend some day.
  [[nodiscard]] std::vector<std::string> problems(Instant now) const;
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  [[nodiscard]] Instant now_at(const dataplane::ClockReading& reading) const;
  void measure(const dataplane::ClockReading& reading);
  void report(const dataplane::ClockDiscipline::Observation& observation);
  void publish_turned();
  void judge_again(const dataplane::ClockReading& reading);
  void fall_back(const dataplane::ClockReading& reading);
  void follow_utc(const dataplane::ClockReading& reading);
  void follow_kernel();

  dataplane::WorkerClock& clock_;
  const dataplane::SystemClocks clocks_;
  control::Log& log_;
  dataplane::TscVerdict verdict_;
  std::optional<dataplane::ClockDiscipline> discipline_;
  dataplane::ClockLine system_line_;  // of nanoseconds, where there is no discipline
  std::optional<dataplane::Synchronisation> kernel_;
  std::optional<bool> told_synchronised_;
  bool told_following_ = false;
  std::int64_t utc_offset_ns_ = 0;  // CLOCK_REALTIME - CLOCK_MONOTONIC
  std::int64_t measured_ns_ = 0;    // when, by CLOCK_MONOTONIC
  std::uint64_t seen_cycles_ = 0;
  unsigned until_judged_ = 0;  // measurements
  History history_;
  Movement jumps_, rate_changes_, steps_;
};

}  // namespace headwater::daemon
