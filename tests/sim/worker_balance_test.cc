// SPDX-License-Identifier: Apache-2.0
//
// No test of the worker passes with a packet or a frame unaccounted for.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <span>

#include "tests/support/sim/rig.h"

namespace headwater::test {
namespace {

TEST(RigBalance, AFrameOfAPortUnaccountedForFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        Rig rig;
        rig.counters().port({1}).to_send.add(1);
      },
      "the ledger does not balance: port 1 frames_to_send: to_send 1");
}

TEST(RigBalance, APacketOfAnInputUnaccountedForFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        Rig rig;
        rig.counters().input({2}).packets.add(1);
      },
      "the ledger does not balance: input 2 packets: packets 1");
}

TEST(RigBalance, APacketOfAnOutputUnaccountedForFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        Rig rig;
        rig.counters().output({3}).inserted_pmt.add(1);
      },
      "the ledger does not balance: output 3 packets_emitted: copies_in 0 inserted_pat 0 inserted_pmt 1");
}

TEST(RigBalance, AFrameThatIsNotGivenBackFailsTheTest) {
  EXPECT_NONFATAL_FAILURE(
      {
        Rig rig;
        dataplane::Frame frame;
        ASSERT_EQ(rig.port(0).allocate(std::span(&frame, 1)), 1U);
      },
      "frames of port 0 were not given back");
}

}  // namespace
}  // namespace headwater::test
