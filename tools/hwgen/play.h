// SPDX-License-Identifier: Apache-2.0
//
// `hwgen play`: plays files to groups through kernel sockets, as an encoder would send them. In a loop the
// continuity counters go on and the first PCR of each PID behind the seam carries discontinuity_indicator.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "tools/hwgen/play_options.h"

namespace headwater::hwgen {

struct PlayedStream {
  std::string url;
  std::uint64_t sent = 0;  // datagrams
  std::uint64_t lost = 0;  // that the network did not take
};

// Until SIGTERM or SIGINT, the time that was asked for, or with `once` the end of the files; the streams in
// the order of the options. A stream whose datagrams the network does not take says so once and goes on.
[[nodiscard]] std::expected<std::vector<PlayedStream>, std::string> play(const PlayOptions& options);

// "15 datagrams sent, 7 lost (rtp://10.0.0.1:5000 7)"
[[nodiscard]] std::string summary(const std::vector<PlayedStream>& streams);

}  // namespace headwater::hwgen
