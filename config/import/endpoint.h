// SPDX-License-Identifier: Apache-2.0
//
// Addresses of streams as players write them, VLC's udp://@GROUP:PORT and rtp://SENDER@GROUP:PORT. Any
// thread.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::config {

struct StreamAddress {
  std::string url;                        // udp://GROUP:PORT
  std::string from;                       // the sender; empty: any
  std::vector<std::string_view> ignored;  // options of the URL that mean nothing here; of the text given
};

// The error is a message for the operator.
[[nodiscard]] std::expected<StreamAddress, std::string> stream_address(std::string_view text);

// "udp://239.1.1.1:5000" of its parts, checked.
[[nodiscard]] std::expected<std::string, std::string> multicast_url(std::string_view scheme,
                                                                    std::string_view endpoint);

}  // namespace headwater::config
