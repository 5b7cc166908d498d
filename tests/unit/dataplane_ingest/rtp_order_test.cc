// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/rtp_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "frames.h"

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kWait = Ticks27::milliseconds(20);

class RtpOrderTest : public testing::Test {
 protected:
  auto deliver() {
    return [this](const RtpPacket& packet, std::uint32_t lost) {
      out_.push_back(packet.sequence);
      lost_.push_back(lost);
      pool_.release(std::span(&packet.frame, 1));
    };
  }

  RtpOrder::Verdict push(std::uint16_t sequence, Instant at = {}, std::uint32_t ssrc = 1) {
    const std::array<std::uint8_t, 1> bytes{};
    const RtpPacket packet{
        .frame = pool_.make(bytes), .arrival = at, .placement = {}, .sequence = sequence, .ssrc = ssrc};
    const RtpOrder::Verdict verdict = order_.push(packet, deliver());
    if (verdict != RtpOrder::Verdict::kTaken) pool_.release(std::span(&packet.frame, 1));
    return verdict;
  }
  TestPool pool_;  // outlives what order_ holds
  RtpOrder order_;
  std::vector<std::uint16_t> out_;
  std::vector<std::uint32_t> lost_;
};

using Sequences = std::vector<std::uint16_t>;

TEST_F(RtpOrderTest, PassesWhatIsInOrderAcrossTheWrap) {
  for (const std::uint16_t sequence : Sequences{65534, 65535, 0, 1}) {
    EXPECT_EQ(push(sequence), RtpOrder::Verdict::kTaken);
  }
  EXPECT_EQ(out_, (Sequences{65534, 65535, 0, 1}));
  EXPECT_EQ(order_.held(), 0U);
  EXPECT_EQ(order_.events().reordered, 0U);
}

TEST_F(RtpOrderTest, PutsBackInOrder) {
  for (const std::uint16_t sequence : Sequences{10, 12, 13, 11, 14}) push(sequence);
  EXPECT_EQ(out_, (Sequences{10, 11, 12, 13, 14}));
  EXPECT_EQ(order_.events().reordered, 1U);
  EXPECT_EQ(order_.events().lost, 0U);
}

TEST_F(RtpOrderTest, WaitsForTheWindowThenGivesUpAndSaysHowManyAreMissing) {
  push(10, Instant{0});
  push(13, Instant{1000});
  push(14, Instant{2000});
  order_.expire(Instant{1000} + kWait - Ticks27{1}, kWait, deliver());
  EXPECT_EQ(out_, (Sequences{10}));
  EXPECT_EQ(order_.waiting_since(), Instant{1000});
  order_.expire(Instant{1000} + kWait, kWait, deliver());
  EXPECT_EQ(out_, (Sequences{10, 13, 14}));
  EXPECT_EQ(lost_, (std::vector<std::uint32_t>{0, 2, 0}));
  EXPECT_EQ(order_.events().lost, 2U);
  EXPECT_EQ(order_.waiting_since(), std::nullopt);
}

TEST_F(RtpOrderTest, WaitsAnewForALaterGap) {
  push(10, Instant{0});
  push(12, Instant{0});
  push(14, Instant{100'000});
  order_.expire(Instant{0} + kWait, kWait, deliver());
  EXPECT_EQ(out_, (Sequences{10, 12}));
  EXPECT_EQ(order_.waiting_since(), Instant{100'000});
}

TEST_F(RtpOrderTest, TellsDuplicatesFromLatePackets) {
  push(10);
  push(12);
  EXPECT_EQ(push(12), RtpOrder::Verdict::kDuplicate);  // of a held one
  EXPECT_EQ(push(10), RtpOrder::Verdict::kDuplicate);  // of a delivered one
  order_.expire(Instant{} + kWait, kWait, deliver());
  EXPECT_EQ(push(11), RtpOrder::Verdict::kLate);
  EXPECT_EQ(push(12), RtpOrder::Verdict::kDuplicate);
  EXPECT_EQ(out_, (Sequences{10, 12}));
}

TEST_F(RtpOrderTest, StartsAgainWithANewSenderAndAfterAJump) {
  push(10);
  push(12);
  push(500, {}, 2);  // another SSRC: what is held goes first
  EXPECT_EQ(out_, (Sequences{10, 12, 500}));
  EXPECT_EQ(order_.events().restarts, 1U);
  push(static_cast<std::uint16_t>(500 + 3002), {}, 2);
  EXPECT_EQ(order_.events().restarts, 2U);
  push(500, {}, 2);
  EXPECT_EQ(order_.events().restarts, 3U);
  EXPECT_EQ(out_.back(), 500);
}

TEST_F(RtpOrderTest, StartsAgainAfterAHundredLatePackets) {
  push(2000);
  for (std::uint16_t k = 0; k < 99; ++k) {
    EXPECT_EQ(push(static_cast<std::uint16_t>(1000 + k)), RtpOrder::Verdict::kLate);
  }
  EXPECT_EQ(push(1099), RtpOrder::Verdict::kTaken);
  EXPECT_EQ(push(1100), RtpOrder::Verdict::kTaken);
  EXPECT_EQ(out_, (Sequences{2000, 1099, 1100}));
  EXPECT_EQ(order_.events().restarts, 1U);
}

TEST_F(RtpOrderTest, BoundsWhatItHolds) {
  push(0);
  for (std::uint16_t k = 2; k < 2 + RtpOrder::kWindow; ++k) push(k);
  // The packet at distance kWindow makes it give up on 1: all come out.
  EXPECT_EQ(order_.held(), 0U);
  EXPECT_EQ(out_.size(), 1 + RtpOrder::kWindow);
  EXPECT_EQ(order_.events().lost, 1U);
  // A burst of loss beyond the window, but not beyond what is taken for a restart.
  push(2500);
  order_.expire(Instant{} + kWait, kWait, deliver());
  EXPECT_EQ(out_.back(), 2500);
  EXPECT_EQ(order_.events().restarts, 0U);
  EXPECT_EQ(order_.events().lost, 1U + 2500 - 2 - RtpOrder::kWindow);
}

// Every length of a gap, a step at a time or at once, leaves the same behind.
TEST_F(RtpOrderTest, GivesUpOnAGapOfAnyLengthAsIfStepByStep) {
  constexpr int kWindow = RtpOrder::kWindow;
  for (int gap = 1; gap <= RtpOrder::kJump; ++gap) {
    RtpOrder order;
    const auto push_to = [&](std::uint16_t sequence) {
      const std::array<std::uint8_t, 1> bytes{};
      const RtpPacket packet{
          .frame = pool_.make(bytes), .arrival = {}, .placement = {}, .sequence = sequence, .ssrc = 1};
      const RtpOrder::Verdict verdict = order.push(packet, deliver());
      if (verdict != RtpOrder::Verdict::kTaken) pool_.release(std::span(&packet.frame, 1));
      return verdict;
    };
    const std::uint16_t first = 65'000;
    const auto at = [&](int offset) { return static_cast<std::uint16_t>(first + offset); };
    out_.clear();
    lost_.clear();
    for (int k = 0; k < kWindow; ++k) push_to(at(k));  // all of what is remembered was received
    const bool held = gap % 2 == 0;                    // one waits when the far one comes
    if (held) push_to(at(kWindow + 1));
    const int last = kWindow + gap;
    push_to(at(last));
    const int next = std::max(kWindow, last - kWindow + 1);
    const int passed = held && next > kWindow + 1 ? 1 : 0;
    EXPECT_EQ(order.events().lost, static_cast<std::uint64_t>(next - kWindow - passed)) << gap;
    order.flush(deliver());
    ASSERT_EQ(out_.size(), static_cast<std::size_t>(kWindow + 1 + (held ? 1 : 0))) << gap;
    EXPECT_EQ(out_.back(), at(last)) << gap;
    EXPECT_EQ(order.events().lost, static_cast<std::uint64_t>(gap - (held ? 1 : 0))) << gap;
    EXPECT_EQ(lost_.back(), static_cast<std::uint32_t>(held ? gap - 2 : gap)) << gap;
    EXPECT_EQ(order.events().restarts, 0U);
    // Nothing of the gap counts as received; what came does, as far as it is remembered.
    for (int back = 1; back < kWindow; back += 13) {
      const int offset = last - back;
      const bool came = offset < kWindow || (held && offset == kWindow + 1);
      ASSERT_EQ(push_to(at(offset)), came ? RtpOrder::Verdict::kDuplicate : RtpOrder::Verdict::kLate)
          << gap << " - " << back;
    }
  }
}

TEST_F(RtpOrderTest, GivesBackWhatItHoldsWhenItEnds) {
  push(10);
  push(12);
  EXPECT_EQ(order_.held(), 1U);
  EXPECT_EQ(pool_.out(), 1);
}

// Any order of arrival: what comes out is ascending, nothing twice, and everything that came is accounted
// for.
TEST_F(RtpOrderTest, AccountsForEveryPacketOfARandomNetwork) {
  std::mt19937 random(5);
  const auto chance = [&](int percent) {
    return std::uniform_int_distribution<int>(0, 99)(random) < percent;
  };
  std::vector<std::pair<std::int64_t, std::uint16_t>> network;
  for (std::int64_t k = 0; k < 20'000; ++k) {
    const auto sequence = static_cast<std::uint16_t>(k + 60'000);
    const auto arrive = [&] {
      network.emplace_back(k * 70'000 + std::uniform_int_distribution<int>(0, 1'000'000)(random), sequence);
    };
    if (!chance(3)) arrive();
    if (chance(3)) arrive();
  }
  std::ranges::sort(network);
  std::size_t refused = 0;
  for (const auto& [at, sequence] : network) {
    if (push(sequence, Instant{at}) != RtpOrder::Verdict::kTaken) ++refused;
    order_.expire(Instant{at}, kWait, deliver());
    ASSERT_EQ(static_cast<std::size_t>(pool_.out()), order_.held());
  }
  order_.flush(deliver());
  EXPECT_EQ(out_.size() + refused, network.size());
  for (std::size_t k = 1; k < out_.size(); ++k) {
    const auto step = static_cast<std::uint16_t>(out_[k] - out_[k - 1]);
    ASSERT_GE(step, 1);
    ASSERT_LT(step, 200);
    ASSERT_EQ(lost_[k], step - 1U);
  }
  EXPECT_EQ(order_.events().restarts, 0U);
}

}  // namespace
}  // namespace headwater::dataplane
