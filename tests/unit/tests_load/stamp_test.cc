// SPDX-License-Identifier: Apache-2.0
#include "tests/load/stamp.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace headwater::test {
namespace {

StampCheck after(std::initializer_list<std::uint32_t> counts, std::uint16_t encoder = 3) {
  StampCheck check(3);
  for (const std::uint32_t count : counts) {
    ts::Packet packet{};
    stamp_encoder(packet, encoder);
    stamp_count(packet, count);
    check.add(packet);
  }
  return check;
}

// A box joins at any packet.
TEST(StampCheck, FromTheFirstOnNoneMayBeMissing) {
  const StampCheck whole = after({70'000, 70'001, 70'002});
  EXPECT_EQ(whole.packets, 3U);
  EXPECT_EQ(whole.lost, 0U);
  EXPECT_EQ(whole.last, 70'002U);
  EXPECT_EQ(after({5, 6, 9, 11}).lost, 3U);
}

// 16 lost packets leave the continuity counter as it was, 65536 datagrams RTP's.
TEST(StampCheck, SeesWhatTheCountersOfTheStreamDoNot) {
  EXPECT_EQ(after({1, 18}).lost, 16U);
  EXPECT_EQ(after({1, 2 + 65'536 * 7}).lost, 65'536U * 7);
}

TEST(StampCheck, WhatComesTwiceOrLateIsNotNew) {
  const StampCheck check = after({1, 2, 2, 1, 3});
  EXPECT_EQ(check.again, 2U);
  EXPECT_EQ(check.lost, 0U);
}

TEST(StampCheck, AnotherChannelsPacketIsAStranger) {
  const StampCheck check = after({1, 2}, 4);
  EXPECT_EQ(check.strangers, 2U);
  EXPECT_EQ(check.packets, 0U);
  EXPECT_FALSE(check.last);
}

}  // namespace
}  // namespace headwater::test
