// SPDX-License-Identifier: Apache-2.0
//
// The kernel's huge pages: are there enough for the frame pools, and if not, take more or say how to get
// them. Reads and writes sysfs; at start only. Any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

namespace headwater::dataplane::dpdk {

// Sees to it that huge pages of `bytes` in all are free: reserves more 2 MiB pages where it may and can, and
// those stay reserved. Where it fails, it leaves as many as there were.
// `sysfs` and `meminfo` are for tests.
std::expected<void, std::string> ensure_huge_pages(std::uint64_t bytes,
                                                   const std::filesystem::path& sysfs = "/sys",
                                                   const std::filesystem::path& meminfo = "/proc/meminfo");

}  // namespace headwater::dataplane::dpdk
