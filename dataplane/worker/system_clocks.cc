// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/system_clocks.h"

#include <cpuid.h>
#include <sys/timex.h>
#include <time.h>

#include <fstream>
#include <thread>

#include "dataplane/worker/now.h"

namespace headwater::dataplane {
namespace {

constexpr const char* kFolder = "/sys/devices/system/clocksource/clocksource0/";

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

ClockReading read_once() {
  ClockReading reading;
  const std::uint64_t begin = read_tsc();
  reading.realtime_ns = nanoseconds_of(CLOCK_REALTIME);
  reading.monotonic_ns = nanoseconds_of(CLOCK_MONOTONIC);
  reading.raw_ns = nanoseconds_of(CLOCK_MONOTONIC_RAW);
  reading.width = read_tsc() - begin;
  reading.cycles = begin + reading.width / 2;
  return reading;
}

ClockReading read_tightest(int tries) {
  ClockReading best = read_once();
  for (int i = 1; i < tries; ++i) {
    const ClockReading next = read_once();
    if (next.width < best.width) best = next;
  }
  return best;
}

// Intel SDM 18.17.1, AMD APM E.4.5: CPUID 8000_0007, EDX bit 8.
bool tsc_is_invariant() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __get_cpuid(0x80000007, &a, &b, &c, &d) != 0 && (d & (1U << 8)) != 0;
}

std::optional<std::string> line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

std::optional<Synchronisation> ask_kernel() {
  timex state{};
  const int answer = ::adjtimex(&state);
  if (answer < 0) return std::nullopt;
  Synchronisation result{.synchronised = (state.status & STA_UNSYNC) == 0,
                         .greatest_error_us = state.maxerror,
                         .estimated_error_us = state.esterror};
  if ((state.status & STA_INS) != 0) result.leap = Synchronisation::Leap::kInsert;
  if ((state.status & STA_DEL) != 0) result.leap = Synchronisation::Leap::kDelete;
  return result;
}

}  // namespace

// The kernel takes a TSC that it found unstable off its list, also where it keeps time by another clock
// (kvm-clock in a guest).
TscVerdict judge_tsc(bool invariant, const std::optional<std::string>& current_clocksource,
                     const std::optional<std::string>& available_clocksources) {
  TscVerdict verdict{.why_not = {}, .clocksource = current_clocksource.value_or("")};
  if (!invariant) {
    verdict.why_not =
        "the processor does not say that its TSC is invariant (a guest: give it invtsc, as `-cpu "
        "host,+invtsc`)";
  } else if (!available_clocksources) {
    verdict.why_not =
        std::string(kFolder) + " cannot be read: whether the kernel trusts the TSC is not known";
  } else if (!(' ' + *available_clocksources + ' ').contains(" tsc ")) {
    verdict.why_not = "the kernel found the TSC unstable: dmesg | grep -i tsc says why";
  }
  return verdict;
}

SystemClocks SystemClocks::real() {
  return {.read = read_tightest,
          .tsc = read_tsc,
          .judge_tsc =
              [] {
                const std::string folder = kFolder;
                return dataplane::judge_tsc(tsc_is_invariant(), line_of(folder + "current_clocksource"),
                                            line_of(folder + "available_clocksource"));
              },
          .synchronisation = ask_kernel,
          .sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }};
}

}  // namespace headwater::dataplane
