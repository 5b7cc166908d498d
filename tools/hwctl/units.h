// SPDX-License-Identifier: Apache-2.0
//
// Numbers as people say them. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>

namespace headwater::hwctl {

[[nodiscard]] std::string bit_rate(std::uint64_t bps);           // "8.06 Mb/s", "0"
[[nodiscard]] std::string link_rate(std::uint64_t bps);          // "10 Gb/s", "2.5 Gb/s"
[[nodiscard]] std::string byte_count(std::uint64_t bytes);       // "27 MB"
[[nodiscard]] std::string age(std::uint64_t milliseconds);       // "0.4 s", "12 s", "3 min 20 s", "2 h 5 min"
[[nodiscard]] std::string lateness(std::uint64_t microseconds);  // "850 µs", "1.25 ms"

}  // namespace headwater::hwctl
