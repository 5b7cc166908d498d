// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/encode.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "psi/dvbpsi/decode.h"

namespace headwater::psi {
namespace {

using ::testing::ElementsAre;
using Section = std::vector<std::uint8_t>;

Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}

template <typename Decoder>
auto decode_all(Decoder decoder, const Sections& sections) {
  decltype(decoder.push({})) table;
  for (const auto& section : sections) {
    EXPECT_FALSE(table) << "complete before the last section";
    table = decoder.push(section);
  }
  return table;
}

TEST(EncodePat, ByteForByte) {
  const Pat pat{.transport_stream_id = 0x1234,
                .version = 5,
                .network_pid = pid(0x0010),
                .programs = {{.number = 101, .pmt_pid = pid(0x0020)}}};
  const Section expected{
      0x00,                    // table_id
      0xB0, 0x11,              // section_syntax_indicator 1, 0, reserved, section_length 17
      0x12, 0x34,              // transport_stream_id
      0xCB,                    // reserved 11, version_number 5, current_next_indicator 1
      0x00, 0x00,              // section 0 of 0
      0x00, 0x00, 0xE0, 0x10,  // program_number 0, reserved 111, network_PID
      0x00, 0x65, 0xE0, 0x20,  // program_number 101, reserved 111, program_map_PID
      0x40, 0xA6, 0x23, 0xD1,  // CRC_32
  };
  const auto sections = encode(pat);
  ASSERT_TRUE(sections);
  EXPECT_THAT(*sections, ElementsAre(expected));
  EXPECT_EQ(decode_all(PatDecoder(), *sections), pat);
}

TEST(EncodePat, ManyProgramsTakeSeveralSections) {
  Pat pat{.transport_stream_id = 1, .version = 31, .network_pid = std::nullopt, .programs = {}};
  for (std::uint16_t i = 1; i <= 600; ++i) pat.programs.push_back({.number = i, .pmt_pid = pid(0x20 + i)});
  const auto sections = encode(pat);
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 3U);  // 253 a section
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_LE((*sections)[i].size(), 1024U);
    EXPECT_EQ((*sections)[i][6], i);
    EXPECT_EQ((*sections)[i][7], 2);
  }
  EXPECT_EQ(decode_all(PatDecoder(), *sections), pat);
}

TEST(EncodePat, AnEmptyOneIsStillATable) {
  const Pat pat{.transport_stream_id = 7, .version = 0, .network_pid = std::nullopt, .programs = {}};
  const auto sections = encode(pat);
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 1U);
  EXPECT_EQ(decode_all(PatDecoder(), *sections), pat);
}

TEST(EncodePat, ProgramZeroIsRefused) {
  EXPECT_EQ(encode(Pat{.transport_stream_id = 0, .version = 0, .network_pid = {}, .programs = {{}}}).error(),
            "PAT: program_number 0 is the network's, not a program's");
}

Pmt example_pmt() {
  return {
      .program_number = 101,
      .version = 3,
      .pcr_pid = pid(0x0100),
      .descriptors = {{.tag = 0x09, .data = {0x0B, 0x00, 0xE1, 0x23}}},
      .streams = {
          {.type = 0x1B, .pid = pid(0x0100), .descriptors = {}},
          {.type = 0x0F, .pid = pid(0x0101), .descriptors = {{.tag = 0x0A, .data = {'d', 'e', 'u', 0x00}}}},
      }};
}

TEST(EncodePmt, ByteForByte) {
  const Section expected{
      0x02,                                // table_id
      0xB0, 0x23,                          // section_length 35
      0x00, 0x65,                          // program_number 101
      0xC7,                                // version 3, current
      0x00, 0x00,                          // section 0 of 0
      0xE1, 0x00,                          // reserved 111, PCR_PID
      0xF0, 0x06,                          // reserved 1111, program_info_length 6
      0x09, 0x04, 0x0B, 0x00, 0xE1, 0x23,  // CA_descriptor
      0x1B, 0xE1, 0x00, 0xF0, 0x00,        // H.264 on 0x0100, no descriptors
      0x0F, 0xE1, 0x01, 0xF0, 0x06,        // AAC on 0x0101, 6 bytes of descriptors
      0x0A, 0x04, 'd',  'e',  'u',  0x00,  // ISO_639_language_descriptor
  };
  const auto sections = encode(example_pmt());
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 1U);
  const Section& section = (*sections)[0];
  ASSERT_EQ(section.size(), expected.size() + 4);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), section.begin()));
  // The decoder checks the CRC_32.
  EXPECT_EQ(decode_all(PmtDecoder(101), *sections), example_pmt());
}

TEST(EncodePmt, FullToTheLastByteAndOneMore) {
  Pmt pmt{.program_number = 101, .version = 0, .pcr_pid = pid(0x1FFF), .descriptors = {}, .streams = {}};
  // 12 bytes of frame, 4 of PCR_PID and program_info_length, 5 of the stream: 1003 are left for descriptors.
  pmt.streams.push_back({.type = 0x06, .pid = pid(0x0200), .descriptors = {}});
  for (const std::size_t size : {255U, 255U, 255U, 230U}) {
    pmt.streams[0].descriptors.push_back({.tag = 0x59, .data = std::vector<std::uint8_t>(size, 0x5A)});
  }
  const auto full = encode(pmt);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->front().size(), 1024U);
  EXPECT_EQ(decode_all(PmtDecoder(101), *full), pmt);

  pmt.streams[0].descriptors[3].data.push_back(0);
  const auto over = encode(pmt);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error(), "PMT of program 101: 1025 bytes, 1 more than a section holds (1024)");
}

TEST(EncodePmt, ADescriptorLongerThanItsLengthFieldIsAnError) {
  Pmt pmt = example_pmt();
  pmt.streams[1].descriptors[0].data.resize(256);
  EXPECT_EQ(
      encode(pmt).error(),
      "PMT of program 101: PID 257: descriptor 0x0A has 256 bytes, 1 more than its length can say (255)");
}

TEST(EncodePmt, AVersionBeyondFiveBitsIsAnError) {
  Pmt pmt = example_pmt();
  pmt.version = 32;
  EXPECT_EQ(encode(pmt).error(), "PMT of program 101: version_number 32 has more than 5 bits");
}

TEST(EncodeSdt, ByteForByte) {
  const Sdt sdt{.transport_stream_id = 7,
                .original_network_id = 0x2001,
                .version = 9,
                .services = {{.id = 101,
                              .eit_schedule = true,
                              .eit_present_following = false,
                              .running_status = 4,
                              .free_ca = true,
                              .descriptors = {{.tag = 0x48, .data = {0x01, 0x00, 0x00}}}},
                             {.id = 102,
                              .eit_schedule = false,
                              .eit_present_following = true,
                              .running_status = 1,
                              .free_ca = false,
                              .descriptors = {}}}};
  const Section expected{
      0x42,                          // table_id: actual transport stream
      0xF0, 0x1B,                    // section_length 27
      0x00, 0x07,                    // transport_stream_id
      0xD3,                          // version 9, current
      0x00, 0x00,                    // section 0 of 0
      0x20, 0x01, 0xFF,              // original_network_id, reserved
      0x00, 0x65, 0xFE,              // service 101, reserved 111111, EIT schedule 1, present/following 0
      0x90, 0x05,                    // running 100, free_CA 1, 5 bytes of descriptors
      0x48, 0x03, 0x01, 0x00, 0x00,  // service_descriptor: digital television, no names
      0x00, 0x66, 0xFD,              // service 102, EIT schedule 0, present/following 1
      0x20, 0x00,                    // not running 001, free_CA 0, no descriptors
  };
  const auto sections = encode(sdt);
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 1U);
  ASSERT_EQ((*sections)[0].size(), expected.size() + 4);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), (*sections)[0].begin()));
  EXPECT_EQ(decode_all(SdtDecoder(), *sections), sdt);
}

TEST(EncodeSdt, ServicesThatDoNotFitGoToTheNextSection) {
  Sdt sdt{.transport_stream_id = 7, .original_network_id = 1, .version = 0, .services = {}};
  for (std::uint16_t i = 0; i < 40; ++i) {
    sdt.services.push_back({.id = static_cast<std::uint16_t>(100 + i),
                            .descriptors = {{.tag = 0x48, .data = std::vector<std::uint8_t>(120, 0x41)}}});
  }
  const auto sections = encode(sdt);
  ASSERT_TRUE(sections);
  EXPECT_EQ(sections->size(), 6U);  // 127 bytes each, 7 in the 1009 bytes of a section
  for (const auto& section : *sections) EXPECT_LE(section.size(), 1024U);
  EXPECT_EQ(decode_all(SdtDecoder(), *sections), sdt);
}

TEST(EncodeSdt, AnEmptyOneIsStillATable) {
  const Sdt sdt{.transport_stream_id = 7, .original_network_id = 1, .version = 0, .services = {}};
  const auto sections = encode(sdt);
  ASSERT_TRUE(sections);
  ASSERT_EQ(sections->size(), 1U);
  EXPECT_EQ(decode_all(SdtDecoder(), *sections), sdt);
}

TEST(EncodeSdt, OneServiceTooLargeForASection) {
  Sdt sdt{.transport_stream_id = 7,
          .original_network_id = 1,
          .version = 0,
          .services = {{.id = 101, .descriptors = {}}}};
  // 12 bytes of frame, 3 of network, 5 of the service: 1004 are left for descriptors.
  for (const std::size_t size : {255U, 255U, 255U, 231U}) {
    sdt.services[0].descriptors.push_back({.tag = 0x80, .data = std::vector<std::uint8_t>(size, 0x5A)});
  }
  const auto full = encode(sdt);
  ASSERT_TRUE(full);
  EXPECT_EQ(full->front().size(), 1024U);
  EXPECT_EQ(decode_all(SdtDecoder(), *full), sdt);
  sdt.services[0].descriptors[3].data.push_back(0);
  EXPECT_EQ(encode(sdt).error(),
            "SDT: service 101: needs a section of 1025 bytes, 1 more than one holds (1024)");
}

}  // namespace
}  // namespace headwater::psi
