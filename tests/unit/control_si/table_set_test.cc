// SPDX-License-Identifier: Apache-2.0
#include "control/si/table_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::HasSubstr;

Decision on_air(std::vector<psi::Pmt::Stream> streams) {
  Decision decision;
  decision.state = ChannelState::kOnAir;
  decision.pmt_pid = pid(0x20);
  decision.pat = pat(0, {{101, 0x20}});
  decision.pmt = pmt(101, 0, 0x101, std::move(streams));
  decision.sdt = sdt(0, {service(101, "Eins", "ARD")});
  return decision;
}

struct Tables : testing::Test {
  Store store = std::move(*Store::in_memory());

  std::expected<TableSet, std::string> make(const Decision& decision) {
    std::vector<Allocation> fresh;
    auto set = make_tables("one", decision, store, fresh);
    EXPECT_TRUE(set || fresh.empty()) << "what is not sent is not remembered";
    EXPECT_TRUE(store.remember(fresh).has_value());
    return set;
  }
};

TEST_F(Tables, AreWholeInPacketsAndDecode) {
  const Decision decision = on_air({video(0x101), audio(0x102, "deu")});
  const auto set = make(decision);
  ASSERT_TRUE(set.has_value()) << set.error();
  ASSERT_EQ(set->size(), 3U);
  EXPECT_EQ((*set)[0].pid, pid(0x00));
  EXPECT_EQ((*set)[1].pid, pid(0x20));
  EXPECT_EQ((*set)[2].pid, pid(0x11));
  EXPECT_EQ((*set)[0].interval, Ticks27::milliseconds(100));
  EXPECT_EQ((*set)[1].interval, Ticks27::milliseconds(100));
  EXPECT_EQ((*set)[2].interval, Ticks27::seconds(1));

  psi::PmtDecoder decoder(101);
  std::optional<psi::Pmt> decoded;
  psi::SectionAssembler assembler;
  for (const ts::Packet& packet : (*set)[1].packets) {
    const auto view = ts::PacketView::parse(packet);
    ASSERT_TRUE(view.has_value());
    EXPECT_EQ(view->pid(), pid(0x20));
    assembler.push(*view, [&](const psi::SectionView& section) { decoded = decoder.push(section.bytes()); });
  }
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, decision.pmt);
}

TEST_F(Tables, AVersionIsSteppedOnceAChangeAndNeverWithoutOne) {
  EXPECT_EQ((*make(on_air({video(0x101)})))[1].version, 0);
  EXPECT_EQ((*make(on_air({video(0x101)})))[1].version, 0);
  const auto changed = make(on_air({video(0x101), audio(0x102, "deu")}));
  EXPECT_EQ((*changed)[0].version, 0) << "the PAT says the same";
  EXPECT_EQ((*changed)[1].version, 1);
  EXPECT_EQ((*changed)[2].version, 0);
  EXPECT_EQ((*make(on_air({video(0x101)})))[1].version, 2) << "back is a change too";
}

TEST_F(Tables, TheVersionInThePacketsIsTheRememberedOne) {
  ASSERT_TRUE(make(on_air({video(0x101)})));
  const auto set = make(on_air({video(0x102)}));
  // ISO/IEC 13818-1 table 2-33: 4 header bytes, pointer_field, then byte 5 of the section holds reserved 11,
  // version_number and current_next_indicator.
  EXPECT_EQ((*set)[1].packets[0][4 + 1 + 5], 0xC0 | (1 << 1) | 1);
}

TEST_F(Tables, VersionsCountModulo32) {
  for (int i = 0; i <= 32; ++i) {
    const auto set = make(on_air({video(static_cast<std::uint16_t>(0x101 + i))}));
    EXPECT_EQ((*set)[1].version, i % 32);
  }
}

TEST_F(Tables, ATableTooLargeIsRefusedAndCostsNoVersion) {
  ASSERT_TRUE(make(on_air({video(0x101)})));
  std::vector<psi::Pmt::Stream> many;
  for (std::uint16_t i = 0; i < 250; ++i) many.push_back(audio(static_cast<std::uint16_t>(0x200 + i), "deu"));
  const auto set = make(on_air(many));
  ASSERT_FALSE(set.has_value());
  EXPECT_THAT(set.error(), HasSubstr("1024"));
  EXPECT_EQ((*make(on_air({video(0x101)})))[1].version, 0);
}

}  // namespace
}  // namespace headwater::control
