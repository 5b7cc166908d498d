// SPDX-License-Identifier: Apache-2.0
//
// What a destination or source is called. Pure; any thread.
#pragma once

#include <string>

namespace headwater::daemon {

// "rtp://239.20.0.1:5000"
[[nodiscard]] inline std::string url_of(bool rtp, const std::string& group, unsigned port) {
  return (rtp ? "rtp://" : "udp://") + group + ":" + std::to_string(port);
}

}  // namespace headwater::daemon
