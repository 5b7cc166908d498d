// SPDX-License-Identifier: Apache-2.0
//
// A report as the JSON that tests and the demo read.
#pragma once

#include <string>

#include "tests/support/settop/stream_report.h"

namespace headwater::settop {

// `socket_drops`: datagrams that the kernel dropped, the socket's buffer being full.
std::string to_json(const StreamReport& report, const std::string& stream, std::uint64_t socket_drops,
                    double first_packet_ms);

}  // namespace headwater::settop
