// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/packet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <random>

namespace headwater::ts {
namespace {

// The bytes given, then 0xFF.
Packet packet(std::initializer_list<std::uint8_t> begin) {
  Packet bytes;
  bytes.fill(0xFF);
  std::ranges::copy(begin, bytes.begin());
  return bytes;
}

TEST(PacketView, PayloadOnly) {
  const auto bytes = packet({
      0x47,        // sync_byte
      0x5A, 0xBC,  // error 0, unit start 1, priority 0, PID 0x1ABC
      0x17,        // not scrambled, payload only, continuity_counter 7
      0xAA, 0xBB,  // payload
  });
  const auto view = PacketView::parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->pid().value(), 0x1ABC);
  EXPECT_FALSE(view->transport_error());
  EXPECT_TRUE(view->payload_unit_start());
  EXPECT_EQ(view->scrambling_control(), 0);
  EXPECT_EQ(view->continuity_counter(), 7);
  EXPECT_FALSE(view->has_adaptation_field());
  EXPECT_TRUE(view->has_payload());
  EXPECT_EQ(view->payload().size(), 184U);
  EXPECT_EQ(view->payload()[0], 0xAA);
  EXPECT_FALSE(view->pcr());
  EXPECT_FALSE(view->discontinuity_indicator());
}

TEST(PacketView, FlagsOfTheHeader) {
  const auto error = packet({0x47, 0x81, 0x00, 0xD0});  // error 1, PID 0x0100, scrambled with the odd key
  const auto view = PacketView::parse(error);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->transport_error());
  EXPECT_FALSE(view->payload_unit_start());
  EXPECT_EQ(view->scrambling_control(), 3);
}

TEST(PacketView, AdaptationFieldWithPcrAndPayload) {
  const auto bytes = packet({
      0x47, 0x01, 0x00, 0x3A,              // PID 0x0100, adaptation field and payload, CC 10
      0x07,                                // adaptation_field_length 7
      0xD0,                                // discontinuity, random access, PCR
      0x80, 0x00, 0x00, 0x00, 0xFF, 0x2B,  // base 2^32 + 1, reserved ones, extension 0x12B = 299
      0xCC,                                // payload
  });
  const auto view = PacketView::parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->discontinuity_indicator());
  EXPECT_TRUE(view->random_access_indicator());
  ASSERT_TRUE(view->pcr());
  EXPECT_EQ(view->pcr()->base(), (1ULL << 32) + 1);
  EXPECT_EQ(view->pcr()->extension(), 299);
  EXPECT_EQ(view->payload().size(), 176U);
  EXPECT_EQ(view->payload()[0], 0xCC);
}

TEST(PacketView, AdaptationFieldOfNoLengthIsOneStuffingByte) {
  const auto bytes =
      packet({0x47, 0x01, 0x00, 0x30, 0x00, 0xD0});  // what follows length 0 is payload, no flags
  const auto view = PacketView::parse(bytes);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->discontinuity_indicator());
  EXPECT_FALSE(view->pcr());
  EXPECT_EQ(view->payload().size(), 183U);
  EXPECT_EQ(view->payload()[0], 0xD0);
}

TEST(PacketView, TheLimitsOfTheAdaptationField) {
  EXPECT_EQ(PacketView::parse(packet({0x47, 0x01, 0x00, 0x30, 182, 0x00}))->payload().size(), 1U);
  EXPECT_TRUE(PacketView::parse(packet({0x47, 0x01, 0x00, 0x20, 183, 0x00}))->payload().empty());
}

struct Refused {
  const char* what;
  Packet bytes;
  PacketError error;
};

TEST(PacketView, RefusesWhatLies) {
  const Refused cases[] = {
      {"no sync byte", packet({0x46, 0x01, 0x00, 0x10}), PacketError::kSync},
      {"adaptation_field_control 00", packet({0x47, 0x01, 0x00, 0x00}), PacketError::kReservedControl},
      {"field of 183 and payload", packet({0x47, 0x01, 0x00, 0x30, 183}),
       PacketError::kAdaptationFieldLength},
      {"field of 255 and payload", packet({0x47, 0x01, 0x00, 0x30, 255}),
       PacketError::kAdaptationFieldLength},
      {"field of 182, no payload", packet({0x47, 0x01, 0x00, 0x20, 182}),
       PacketError::kAdaptationFieldLength},
      {"field of 184, no payload", packet({0x47, 0x01, 0x00, 0x20, 184}),
       PacketError::kAdaptationFieldLength},
      {"PCR in 6 bytes", packet({0x47, 0x01, 0x00, 0x30, 6, 0x10}), PacketError::kAdaptationFieldContent},
      {"PCR and OPCR in 12", packet({0x47, 0x01, 0x00, 0x30, 12, 0x18}),
       PacketError::kAdaptationFieldContent},
      {"splice_countdown in 1", packet({0x47, 0x01, 0x00, 0x30, 1, 0x04}),
       PacketError::kAdaptationFieldContent},
      {"private data without its length", packet({0x47, 0x01, 0x00, 0x30, 1, 0x02}),
       PacketError::kAdaptationFieldContent},
      {"private data of 5 in 6", packet({0x47, 0x01, 0x00, 0x30, 6, 0x02, 5}),
       PacketError::kAdaptationFieldContent},
      {"extension of 255", packet({0x47, 0x01, 0x00, 0x30, 100, 0x01, 255}),
       PacketError::kAdaptationFieldContent},
  };
  for (const Refused& refused : cases) {
    const auto view = PacketView::parse(refused.bytes);
    ASSERT_FALSE(view) << refused.what;
    EXPECT_EQ(view.error(), refused.error) << refused.what;
  }
}

TEST(PacketView, AcceptsWhatJustFits) {
  EXPECT_TRUE(PacketView::parse(packet({0x47, 0x01, 0x00, 0x30, 7, 0x10})));
  EXPECT_TRUE(PacketView::parse(packet({0x47, 0x01, 0x00, 0x30, 13, 0x18})));
  EXPECT_TRUE(PacketView::parse(packet({0x47, 0x01, 0x00, 0x30, 7, 0x02, 5})));
  // Private data of 2 bytes, then an extension of 1.
  EXPECT_TRUE(PacketView::parse(packet({0x47, 0x01, 0x00, 0x30, 6, 0x03, 2, 0xEE, 0xEE, 1, 0x00})));
}

TEST(PacketView, SurvivesAnyBytes) {
  std::mt19937 random(3);
  for (int i = 0; i < 100'000; ++i) {
    Packet bytes;
    std::ranges::generate(bytes, [&] { return static_cast<std::uint8_t>(random()); });
    bytes[0] = kSyncByte;
    if (const auto view = PacketView::parse(bytes)) {
      EXPECT_LE(view->payload().size(), 184U);
      EXPECT_EQ(view->has_payload(), !view->payload().empty());
      static_cast<void>(view->pcr());
    }
  }
}

TEST(Setters, TouchOnlyTheirField) {
  auto bytes = packet({0x47, 0xFF, 0xFF, 0xFF, 183, 0x10, 0, 0, 0, 0, 0, 0, 0x99});
  set_pid(bytes, Pid::from_wire(0x0021));
  EXPECT_EQ(bytes[1], 0xE0);
  EXPECT_EQ(bytes[2], 0x21);
  set_continuity_counter(bytes, 0x12);  // modulo 16
  EXPECT_EQ(bytes[3], 0xF2);
  set_discontinuity_indicator(bytes);
  EXPECT_EQ(bytes[5], 0x90);
  set_pcr(bytes, Pcr::from_ticks(300 * ((1LL << 33) - 1) + 299));
  const std::uint8_t pcr[] = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x2B};  // 33 ones, six reserved ones, 299
  EXPECT_TRUE(std::equal(std::begin(pcr), std::end(pcr), &bytes[6]));
  EXPECT_EQ(bytes[12], 0x99);
}

TEST(Make, NullPacket) {
  const Packet null = make_null_packet();
  const auto view = PacketView::parse(null);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->pid(), kNullPid);
  EXPECT_FALSE(view->payload_unit_start());
  EXPECT_EQ(view->payload().size(), 184U);
}

TEST(Make, PcrPacketReadsBack) {
  for (const std::int64_t ticks : {std::int64_t{0}, std::int64_t{299}, std::int64_t{300}, Pcr::kWrap - 1}) {
    const Packet bytes = make_pcr_packet(Pid::from_wire(0x0123), Pcr::from_ticks(ticks), 0x0B);
    const auto view = PacketView::parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->pid().value(), 0x0123);
    EXPECT_EQ(view->continuity_counter(), 0x0B);
    EXPECT_FALSE(view->has_payload());
    EXPECT_FALSE(view->discontinuity_indicator());
    ASSERT_TRUE(view->pcr());
    EXPECT_EQ(view->pcr()->value(), ticks);
  }
}

}  // namespace
}  // namespace headwater::ts
