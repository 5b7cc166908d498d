// SPDX-License-Identifier: Apache-2.0
//
// What the service manager is told, where one has started us (sd_notify(3), Type=notify, WatchdogSec=); else
// nothing. Control thread; time is an argument.
#pragma once

#include <optional>
#include <string_view>

#include "psi/base/ticks.h"

namespace headwater::daemon {

class ServiceManager {
 public:
  // Reads what it has put into the environment.
  ServiceManager();

  void ready(std::string_view status) const;
  void stopping() const;
  // That we live, well within each watchdog's interval; not while anything that must turn stands still, so
  // that the manager ends us and starts another. Cheap.
  void tick(Instant now, bool all_turn);

 private:
  std::optional<Ticks27> interval_;  // between two signs of life; none: nobody waits for them
  std::optional<Instant> told_;
};

}  // namespace headwater::daemon
