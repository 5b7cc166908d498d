// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/service_manager.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <cstdint>

namespace headwater::daemon {

ServiceManager::ServiceManager() {
  std::uint64_t microseconds = 0;
  // sd_watchdog_enabled(3): a sign of life every half of the interval. A third leaves room for a slow turn.
  if (sd_watchdog_enabled(0, &microseconds) > 0)
    interval_ = Ticks27::microseconds(static_cast<std::int64_t>(microseconds / 3));
}

void ServiceManager::ready(std::string_view status) const {
  sd_notify(0, fmt::format("READY=1\nSTATUS={}", status).c_str());
}

void ServiceManager::stopping() const {
  sd_notify(0, "STOPPING=1");
}

void ServiceManager::tick(Instant now, bool all_turn) {
  if (!interval_ || !all_turn || (told_ && now - *told_ < *interval_)) return;
  told_ = now;
  sd_notify(0, "WATCHDOG=1");
}

}  // namespace headwater::daemon
