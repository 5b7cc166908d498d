// SPDX-License-Identifier: Apache-2.0
//
// No test of the whole headend passes with a packet unaccounted for.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "tests/support/headend/headend.h"

namespace headwater::test {
namespace {

constexpr const char* kLineup = R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs: { a: { source: "udp://239.1.1.1:5000", port: p } }
channels:
  - { name: One, number: 1, inputs: [a], outputs: [ { to: "udp://239.2.1.1:5000", port: p } ] }
)";

TEST(Balance, APacketUnaccountedForFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        const Headend headend(kLineup);
        const_cast<dataplane::PortCounters&>(headend.port_counters("p")).received.add(1);
      },
      "the ledger does not balance: p: ");
}

}  // namespace
}  // namespace headwater::test
