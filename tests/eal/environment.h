// SPDX-License-Identifier: Apache-2.0
//
// DPDK in ordinary memory for one test process, and ports on it. DPDK starts once in a process: a program run
// by hand without a filter shares it among its cases.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/dpdk/eal.h"
#include "dataplane/dpdk/port.h"

namespace headwater::dataplane::dpdk {

inline std::vector<std::string>& eal_log() {
  static std::vector<std::string> lines;
  return lines;
}

inline Eal& shared_eal() {
  static const std::unique_ptr<Eal> eal = [] {
    auto started = Eal::start(
        {.memory = 128ULL << 20, .huge_pages = false, .devices = {}, .log = [](std::string_view line) {
           eal_log().emplace_back(line);
         }});
    if (!started) throw std::runtime_error(started.error());
    return std::move(*started);
  }();
  return *eal;
}

class EalTest : public ::testing::Test {
 protected:
  EalTest() { shared_eal(); }

  std::unique_ptr<DpdkPort> open(const std::string& device, std::uint32_t index = 0) {
    auto port =
        DpdkPort::open({.id = "west", .device = device, .memory = 16ULL << 20, .index = PortIndex{index}},
                       counters.at(index));
    if (!port) throw std::runtime_error(port.error());
    return std::move(*port);
  }

  std::array<PortCounters, 4> counters;
};

}  // namespace headwater::dataplane::dpdk
