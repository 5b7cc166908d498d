// SPDX-License-Identifier: Apache-2.0
//
// A PCI device as the kernel sees it, before DPDK takes it: is it there, is it a network device, and is it
// bound to a driver that lets DPDK have it. Reads sysfs; at start only. Any thread.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

namespace headwater::dataplane::dpdk {

// `address` in full: "0000:3b:00.0". The error says what is wrong and which commands put it right. `sysfs` is
// for tests.
std::expected<void, std::string> check_pci_device(const std::string& address,
                                                  const std::filesystem::path& sysfs = "/sys");

}  // namespace headwater::dataplane::dpdk
