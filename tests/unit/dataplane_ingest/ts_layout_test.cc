// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/ts_layout.h"

#include <gtest/gtest.h>

#include <vector>

namespace headwater::dataplane {
namespace {

std::vector<std::uint8_t> payload(std::size_t count, TsLayout layout, std::size_t rest = 0) {
  std::vector<std::uint8_t> bytes(count * layout.stride + rest, 0x11);
  for (std::size_t k = 0; k < count; ++k) bytes[k * layout.stride + layout.prefix] = 0x47;
  return bytes;
}

constexpr TsLayout k188{.stride = 188, .prefix = 0};
constexpr TsLayout kM2ts{.stride = 192, .prefix = 4};
constexpr TsLayout k192{.stride = 192, .prefix = 0};
constexpr TsLayout k204{.stride = 204, .prefix = 0};

TEST(TsLayout, FindsEverySizeAndCountWhateverIsUsual) {
  for (const TsLayout layout : {k188, kM2ts, k192, k204}) {
    for (std::size_t count = 1; count <= 7; ++count) {
      for (const TsLayout usual : {k188, kM2ts, k192, k204}) {
        const auto found = find_packets(payload(count, layout), usual);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->layout, layout);
        EXPECT_EQ(found->count, count);
        EXPECT_EQ(found->torn_bytes, 0);
      }
    }
  }
}

TEST(TsLayout, LeavesDamagedSyncBytesToThoseWhoCountThem) {
  auto bytes = payload(7, k188);
  bytes[2 * 188] = 0x00;
  const auto found = find_packets(bytes, k188);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 7);
  // All of them damaged, of 192: what has been usual decides.
  const std::vector<std::uint8_t> blank(3 * 192, 0x00);
  EXPECT_EQ(find_packets(blank, k192)->layout, k192);
  EXPECT_EQ(find_packets(blank, k188)->layout, kM2ts);
}

TEST(TsLayout, CountsATornTailBehindWholePackets) {
  const auto found = find_packets(payload(3, k188, 50), k188);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->count, 3);
  EXPECT_EQ(found->torn_bytes, 50);
}

TEST(TsLayout, RefusesWhatIsNoTransportStream) {
  EXPECT_FALSE(find_packets({}, k188));
  EXPECT_FALSE(find_packets(std::vector<std::uint8_t>(187, 0x47), k188));
  EXPECT_FALSE(find_packets(std::vector<std::uint8_t>(500, 0x00), k188));
  EXPECT_FALSE(find_packets(payload(8, k188), k188));  // no datagram of ours holds eight
}

}  // namespace
}  // namespace headwater::dataplane
