// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/continuity.h"

#include <gtest/gtest.h>

#include <vector>

namespace headwater::ts {
namespace {

constexpr auto kFirst = Continuity::kFirst;
constexpr auto kExpected = Continuity::kExpected;
constexpr auto kDuplicate = Continuity::kDuplicate;
constexpr auto kError = Continuity::kError;

enum class With { kPayload, kOtherStart, kOtherEnd, kOtherLength, kFieldOnly, kDiscontinuity };

struct Step {
  std::uint8_t counter;
  With with;
  Continuity verdict;
};

void expect(const char* what, const std::vector<Step>& steps) {
  ContinuityCheck check;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    Packet bytes = make_pcr_packet(Pid::from_wire(0x100), Pcr(), steps[i].counter);
    if (steps[i].with == With::kPayload) {
      bytes[3] = static_cast<std::uint8_t>(0x10 | steps[i].counter);
    } else if (steps[i].with == With::kOtherStart || steps[i].with == With::kOtherEnd) {
      bytes[3] = static_cast<std::uint8_t>(0x10 | steps[i].counter);
      bytes[steps[i].with == With::kOtherStart ? 5 : 187] ^= 1;
    } else if (steps[i].with == With::kOtherLength) {
      bytes[3] = static_cast<std::uint8_t>(0x30 | steps[i].counter);
      bytes[4] = 7;
    } else if (steps[i].with == With::kDiscontinuity) {
      bytes[3] = static_cast<std::uint8_t>(0x30 | steps[i].counter);
      bytes[4] = 7;
      set_discontinuity_indicator(bytes);
    }
    const auto view = PacketView::parse(bytes);
    ASSERT_TRUE(view);
    EXPECT_EQ(check.next(*view), steps[i].verdict) << what << ", step " << i;
  }
}

TEST(Continuity, Table) {
  const auto p = With::kPayload;
  const auto f = With::kFieldOnly;
  const auto d = With::kDiscontinuity;
  expect("counts and wraps", {{14, p, kFirst}, {15, p, kExpected}, {0, p, kExpected}, {1, p, kExpected}});
  expect("one packet lost", {{1, p, kFirst}, {3, p, kError}, {4, p, kExpected}});
  expect("fifteen lost are no repetition: another start",
         {{1, p, kFirst}, {1, With::kOtherStart, kError}, {2, p, kExpected}});
  expect("another end", {{1, p, kFirst}, {1, With::kOtherEnd, kError}, {2, p, kExpected}});
  expect("another length", {{1, p, kFirst}, {1, With::kOtherLength, kError}, {2, p, kExpected}});
  expect(
      "fifteen lost, then a legal repetition",
      {{1, p, kFirst}, {1, p, kDuplicate}, {1, With::kOtherEnd, kError}, {1, With::kOtherEnd, kDuplicate}});
  expect("out of order", {{1, p, kFirst}, {3, p, kError}, {2, p, kError}, {4, p, kError}});
  expect("one repetition is legal, more are not", {{1, p, kFirst},
                                                   {1, p, kDuplicate},
                                                   {1, p, kError},
                                                   {1, p, kError},
                                                   {1, p, kError},
                                                   {2, p, kExpected}});
  expect("no payload, no step", {{1, p, kFirst}, {1, f, kExpected}, {1, f, kExpected}, {2, p, kExpected}});
  expect("a step without payload", {{1, p, kFirst}, {2, f, kError}, {3, p, kExpected}});
  expect("begins without payload", {{1, f, kFirst}, {1, p, kError}});
  expect("discontinuity_indicator allows any", {{1, p, kFirst}, {9, d, kFirst}, {10, p, kExpected}});
  expect("an error, then a legal repetition", {{1, p, kFirst}, {5, p, kError}, {5, p, kDuplicate}});
}

// ISO/IEC 13818-1 2.4.3.3: every byte is repeated, but a PCR may say when the repetition was sent.
TEST(Continuity, ARepetitionMayHaveAPcrOfItsOwn) {
  ContinuityCheck check;
  Packet bytes = make_pcr_packet(Pid::from_wire(0x100), Pcr(), 3);
  bytes[3] = 0x33;
  bytes[4] = 7;
  EXPECT_EQ(check.next(*PacketView::parse(bytes)), kFirst);
  set_pcr(bytes, Pcr::from_ticks(12'345));
  EXPECT_EQ(check.next(*PacketView::parse(bytes)), kDuplicate);
}

TEST(Continuity, ResetForgets) {
  ContinuityCheck check;
  Packet bytes = make_null_packet();
  set_continuity_counter(bytes, 1);
  check.next(*PacketView::parse(bytes));
  check.reset();
  set_continuity_counter(bytes, 9);
  EXPECT_EQ(check.next(*PacketView::parse(bytes)), kFirst);
}

}  // namespace
}  // namespace headwater::ts
