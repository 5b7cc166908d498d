// SPDX-License-Identifier: Apache-2.0
//
// `hwgen play`: plays files to groups through kernel sockets, as an encoder would send them. In a loop the
// continuity counters go on and the first PCR of each PID behind the seam carries discontinuity_indicator.
#pragma once

#include <expected>
#include <string>

#include "tools/hwgen/play_options.h"

namespace headwater::hwgen {

// Until SIGTERM or SIGINT, the time that was asked for, or with `once` the end of the files.
[[nodiscard]] std::expected<void, std::string> play(const PlayOptions& options);

}  // namespace headwater::hwgen
