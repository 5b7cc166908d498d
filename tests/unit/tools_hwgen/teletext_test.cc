// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/teletext.h"

#include <gtest/gtest.h>

#include "psi/ts/pes.h"
#include "tests/support/elementary.h"

namespace headwater::hwgen {
namespace {

TEST(Teletext, PacketsAreWholeAndThePesHeaderIsThatOfEn300472) {
  const std::vector<std::uint8_t> stream = make_teletext("deu", 20);
  ASSERT_EQ(stream.size() % 188, 0U);
  const std::vector<ts::Packet> packets = test::packets_of(stream);
  EXPECT_EQ(test::elementary_of(packets).errors, 0U);
  unsigned lines = 0;
  for (const ts::Packet& bytes : packets) {
    const auto packet = ts::PacketView::parse(bytes);
    ASSERT_TRUE(packet.has_value());
    if (packet->pid().value() != 0x101 || !packet->has_payload()) continue;
    const auto pes = ts::PesHeader::parse(packet->payload());
    ASSERT_TRUE(pes.has_value());
    EXPECT_EQ(pes->stream_id, 0xBD);   // private_stream_1
    EXPECT_EQ(pes->header_size, 45U);  // EN 300 472 4.2: PES_header_data_length 0x24
    const Bytes data = packet->payload().subspan(45);
    EXPECT_EQ(data[0], 0x10);  // data_identifier
    for (std::size_t at = 1; at < data.size(); at += 46) {
      EXPECT_EQ(data[at], 0x03);      // EBU teletext subtitle data
      EXPECT_EQ(data[at + 1], 0x2C);  // data_unit_length
      EXPECT_EQ(data[at + 3], 0xE4);  // framing_code
      ++lines;
    }
    // PTS: half a second behind the whole second, 90 kHz.
    EXPECT_EQ(*pes->pts % 90'000, 45'000U);
  }
  EXPECT_EQ(lines, 60U);
}

}  // namespace
}  // namespace headwater::hwgen
