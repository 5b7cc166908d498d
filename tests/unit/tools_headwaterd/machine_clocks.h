// SPDX-License-Identifier: Apache-2.0
//
// A machine in virtual time as control measures it: what its kernel says is the test's to change.
#pragma once

#include <optional>

#include "dataplane/worker/system_clocks.h"
#include "tests/support/machine.h"

namespace headwater::daemon {

struct KernelModel {
  dataplane::TscVerdict verdict{.why_not = {}, .clocksource = "tsc"};
  std::optional<dataplane::Synchronisation> synchronisation =
      dataplane::Synchronisation{.synchronised = true, .greatest_error_us = 900, .estimated_error_us = 12};
};

// Both outlive what it gives.
inline dataplane::SystemClocks clocks_of(test::Machine& machine, const KernelModel& kernel) {
  return {.read =
              [&machine](int tries) {
                dataplane::ClockReading best = machine.read();
                for (int i = 1; i < tries; ++i) {
                  const dataplane::ClockReading next = machine.read();
                  if (next.width < best.width) best = next;
                }
                return best;
              },
          .tsc = [&machine] { return machine.cycles(); },
          .judge_tsc = [&kernel] { return kernel.verdict; },
          .synchronisation = [&kernel] { return kernel.synchronisation; },
          .sleep =
              [&machine](std::chrono::milliseconds time) {
                machine.pass(std::chrono::duration<double>(time).count());
              }};
}

}  // namespace headwater::daemon
