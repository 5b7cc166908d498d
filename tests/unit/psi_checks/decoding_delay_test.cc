// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/decoding_delay.h"

#include <gtest/gtest.h>

namespace headwater::ts {
namespace {

const Pid kPcrPid = Pid::from_wire(0x0100);
const Pid kAudio = Pid::from_wire(0x0101);

void write_timestamp(std::uint8_t* at, std::uint8_t prefix, std::uint64_t value) {
  at[0] = static_cast<std::uint8_t>((std::uint64_t{prefix} << 4) | ((value >> 29) & 0x0E) | 1);
  at[1] = static_cast<std::uint8_t>(value >> 22);
  at[2] = static_cast<std::uint8_t>(((value >> 14) & 0xFE) | 1);
  at[3] = static_cast<std::uint8_t>(value >> 7);
  at[4] = static_cast<std::uint8_t>(((value << 1) & 0xFE) | 1);
}

Packet pes(Pid pid, std::uint64_t pts, std::optional<std::uint64_t> dts) {
  Packet bytes = make_null_packet();
  set_pid(bytes, pid);
  bytes[1] |= 0x40;
  const std::uint8_t header[] = {0x00, 0x00, 0x01, 0xC0, 0x00, 0x00, 0x80};
  std::copy(std::begin(header), std::end(header), &bytes[4]);
  bytes[11] = dts ? 0xC0 : 0x80;
  bytes[12] = dts ? 10 : 5;
  write_timestamp(&bytes[13], dts ? 3 : 2, pts);
  if (dts) write_timestamp(&bytes[18], 1, *dts);
  return bytes;
}

void push(DecodingDelay& check, const Packet& bytes) {
  const auto view = PacketView::parse(bytes);
  ASSERT_TRUE(view);
  check.push(*view);
}

Packet pcr(Ticks27 at) {
  return make_pcr_packet(kPcrPid, Pcr() + at, 0);
}

TEST(DecodingDelay, InterpolatesBetweenPcrs) {
  DecodingDelay check(kPcrPid);
  push(check, pcr(Ticks27{0}));
  push(check, make_null_packet());
  push(check, pes(kAudio, 9'000, {}));  // PTS 100 ms, half way: the clock stands at 20 ms
  push(check, make_null_packet());
  EXPECT_TRUE(check.results().empty());
  push(check, pcr(Ticks27::milliseconds(40)));
  const auto& result = check.results().at(kAudio);
  EXPECT_EQ(result.timestamps, 1U);
  EXPECT_EQ(result.late, 0U);
  EXPECT_EQ(result.least, Ticks27::milliseconds(80));
}

TEST(DecodingDelay, DtsCountsWherePresent) {
  DecodingDelay check(kPcrPid);
  push(check, pcr(Ticks27{0}));
  push(check, pes(kAudio, 18'000, 900));  // DTS 10 ms, sent at 20 ms
  push(check, pcr(Ticks27::milliseconds(40)));
  const auto& result = check.results().at(kAudio);
  EXPECT_EQ(result.late, 1U);
  EXPECT_EQ(result.least, Ticks27::milliseconds(-10));
}

TEST(DecodingDelay, LeastAndMostOfEachPid) {
  DecodingDelay check(kPcrPid);
  push(check, pcr(Ticks27{0}));
  push(check, pes(kAudio, 9'000, {}));
  push(check, pes(kPcrPid, 45'000, {}));
  push(check, pes(kAudio, 90'000, {}));
  push(check, pcr(Ticks27::milliseconds(40)));
  EXPECT_EQ(check.results().at(kAudio).least, Ticks27::milliseconds(90));
  EXPECT_EQ(check.results().at(kAudio).most, Ticks27::milliseconds(970));
  EXPECT_EQ(check.results().at(kPcrPid).least, Ticks27::milliseconds(480));
}

TEST(DecodingDelay, AcrossTheWrap) {
  DecodingDelay check(kPcrPid);
  push(check, pcr(Ticks27::milliseconds(-40)));
  push(check, pes(kAudio, 9'000, {}));  // beyond the wrap, 120 ms ahead
  push(check, pcr(Ticks27{0}));
  EXPECT_EQ(check.results().at(kAudio).least, Ticks27::milliseconds(120));
}

TEST(DecodingDelay, ADiscontinuityIsNotInterpolated) {
  DecodingDelay check(kPcrPid);
  push(check, pcr(Ticks27{0}));
  push(check, pes(kAudio, 9'000, {}));
  Packet jump = pcr(Ticks27::seconds(1000));
  set_discontinuity_indicator(jump);
  push(check, jump);
  EXPECT_EQ(check.results().at(kAudio).least, Ticks27::milliseconds(100));
}

TEST(DecodingDelay, BeforeTheFirstPcrNothingIsJudged) {
  DecodingDelay check(kPcrPid);
  push(check, pes(kAudio, 0, {}));
  push(check, pcr(Ticks27::seconds(10)));
  push(check, pcr(Ticks27::seconds(11)));
  EXPECT_TRUE(check.results().empty());
}

}  // namespace
}  // namespace headwater::ts
