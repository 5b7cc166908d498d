// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/streams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headwater::psi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Descriptors = std::vector<Descriptor>;
using enum StreamKind;

struct Case {
  std::uint8_t type;
  Descriptors descriptors;
  StreamKind kind;
  const char* codec;
};

StreamInfo info(std::uint8_t type, const Descriptors& descriptors = {}) {
  return describe({.type = type, .pid = Pid::from_wire(0x100), .descriptors = descriptors});
}

Descriptor registration(std::string_view format) {
  return {.tag = 0x05, .data = {format.begin(), format.end()}};
}

TEST(Describe, ByStreamTypeAlone) {
  const Case cases[] = {
      {0x01, {}, kVideo, "MPEG-1"},
      {0x02, {}, kVideo, "MPEG-2"},
      {0x10, {}, kVideo, "MPEG-4"},
      {0x1B, {}, kVideo, "H.264"},
      {0x24, {}, kVideo, "HEVC"},
      {0x2D, {}, kAudio, "MPEG-H"},
      {0x33, {}, kVideo, "VVC"},
      {0x03, {}, kAudio, "MP2"},
      {0x04, {}, kAudio, "MP2"},
      {0x0F, {}, kAudio, "AAC"},
      {0x11, {}, kAudio, "AAC-LATM"},
      {0x81, {}, kAudio, "AC-3"},
      {0x87, {}, kAudio, "E-AC-3"},
      {0x86, {}, kScte35, "SCTE-35"},
      {0x82, {}, kAudio, "DTS"},
      {0x0B, {}, kData, "DSM-CC"},
      {0x05, {}, kData, "private sections"},
      {0x06, {}, kOther, "private"},
      {0x7F, {}, kOther, "unknown"},
      {0x00, {}, kOther, "unknown"},
      {0xFF, {}, kOther, "unknown"},
  };
  for (const Case& c : cases) {
    const auto what = info(c.type);
    EXPECT_EQ(what.kind, c.kind) << int{c.type};
    EXPECT_EQ(what.codec, c.codec) << int{c.type};
    EXPECT_THAT(what.languages, IsEmpty());
  }
}

TEST(Describe, PrivateDataByItsDescriptors) {
  const Descriptor stream_id{.tag = 0x52, .data = {0x01}};
  const Case cases[] = {
      {0x06, {stream_id, {.tag = 0x6A, .data = {0x00}}}, kAudio, "AC-3"},
      {0x06, {{.tag = 0x7A, .data = {0x00}}}, kAudio, "E-AC-3"},
      {0x06, {{.tag = 0x7B, .data = {0x00}}}, kAudio, "DTS"},
      {0x06, {{.tag = 0x7C, .data = {0x58}}}, kAudio, "AAC"},
      {0x06, {{.tag = 0x7F, .data = {0x15, 0x00}}}, kAudio, "AC-4"},
      {0x06, {{.tag = 0x7F, .data = {0x0E}}}, kAudio, "DTS-HD"},
      {0x06, {{.tag = 0x7F, .data = {0x11, 0x00}}}, kData, "T2-MI"},
      {0x06, {{.tag = 0x7F, .data = {0x21}}}, kAudio, "DTS-UHD"},
      {0x06, {{.tag = 0x7F, .data = {0x20, 'd', 'e', 'u'}}}, kSubtitle, "TTML"},
      {0x06, {{.tag = 0x56, .data = {}}}, kTeletext, "teletext"},
      {0x06, {{.tag = 0x46, .data = {}}}, kTeletext, "teletext"},
      {0x06, {{.tag = 0x59, .data = {}}}, kSubtitle, "DVB subtitles"},
      {0x06, {registration("AC-3")}, kAudio, "AC-3"},
      {0x06, {registration("EAC3")}, kAudio, "E-AC-3"},
      {0x06, {registration("HEVC")}, kVideo, "HEVC"},
      {0x06, {registration("DTS1")}, kAudio, "DTS"},
      {0x06, {registration("Opus")}, kAudio, "Opus"},
      {0x06, {registration("CUEI")}, kScte35, "SCTE-35"},
      {0x06, {registration("XXXX")}, kOther, "private"},
      {0x06, {registration("AC")}, kOther, "private"},                   // cut
      {0x06, {{.tag = 0x7F, .data = {}}}, kOther, "private"},            // no extension
      {0x06, {{.tag = 0x7F, .data = {0x06, 0x81}}}, kOther, "private"},  // supplementary audio says no codec
      // Teletext that carries subtitles stays teletext.
      {0x06,
       {{.tag = 0x56, .data = {'d', 'e', 'u', 0x10, 0x50}}, {.tag = 0x59, .data = {}}},
       kTeletext,
       "teletext"},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const auto what = info(cases[i].type, cases[i].descriptors);
    EXPECT_EQ(what.kind, cases[i].kind) << i;
    EXPECT_EQ(what.codec, cases[i].codec) << i;
  }
}

TEST(Describe, PrivateSectionsAndUserPrivateTypes) {
  const Case cases[] = {
      {0x05, {{.tag = 0x6F, .data = {0x00, 0x10, 0xE1}}}, kAit, "AIT"},
      {0x82, {registration("DTS1")}, kAudio, "DTS"},
      {0x82, {registration("HDMV")}, kAudio, "DTS"},
      {0x82, {registration("SCTE")}, kSubtitle, "SCTE-27"},
      {0x82, {registration("GA94")}, kSubtitle, "SCTE-27"},
      {0x86, {registration("CUEI")}, kScte35, "SCTE-35"},
      {0x86, {registration("HDMV")}, kAudio, "DTS-HD"},
      {0x80, {registration("HDMV")}, kAudio, "LPCM"},
      {0x80, {}, kVideo, "MPEG-2"},
      {0x9A, {registration("HEVC")}, kVideo, "HEVC"},
      {0xC1, {registration("CUEI")}, kScte35, "SCTE-35"},
  };
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const auto what = info(cases[i].type, cases[i].descriptors);
    EXPECT_EQ(what.kind, cases[i].kind) << i;
    EXPECT_EQ(what.codec, cases[i].codec) << i;
  }
}

TEST(Describe, Languages) {
  // ISO_639_language_descriptor: entries of code and audio_type; codes come in any case.
  EXPECT_THAT(info(0x04, {{.tag = 0x0A, .data = {'D', 'E', 'U', 0x00, 'f', 'r', 'a', 0x03}}}).languages,
              ElementsAre("deu", "fra"));
  // teletext_descriptor: code, type and magazine, page; a language with several pages counts once.
  EXPECT_THAT(
      info(0x06,
           {{.tag = 0x56,
             .data = {'s', 'w', 'e', 0x09, 0x00, 's', 'w', 'e', 0x11, 0x99, 'f', 'i', 'n', 0x12, 0x95}}})
          .languages,
      ElementsAre("swe", "fin"));
  // subtitling_descriptor: code, type, composition page, ancillary page.
  EXPECT_THAT(info(0x06, {{.tag = 0x59,
                           .data = {'d', 'a', 'n', 0x10, 0x00, 0x01, 0x00, 0x01, 'n', 'o', 'r', 0x20, 0x00,
                                    0x02, 0x00, 0x02}}})
                  .languages,
              ElementsAre("dan", "nor"));
  EXPECT_THAT(info(0x06, {{.tag = 0x7F, .data = {0x20, 'd', 'e', 'u', 0x00}}}).languages, ElementsAre("deu"));
}

TEST(Describe, WhatIsNoLanguageIsLeftOut) {
  EXPECT_THAT(info(0x04, {{.tag = 0x0A, .data = {}}}).languages, IsEmpty());
  EXPECT_THAT(info(0x04, {{.tag = 0x0A, .data = {'d', 'e', 'u'}}}).languages, IsEmpty());  // cut
  EXPECT_THAT(
      info(0x04, {{.tag = 0x0A, .data = {0, 0, 0, 0, 'd', 'e', 0xF5, 0, 'e', 'n', 'g', 0}}}).languages,
      ElementsAre("eng"));
  EXPECT_THAT(info(0x04, {{.tag = 0x0A, .data = {'d', 'e', '[', 0}}}).languages, IsEmpty());
}

TEST(StreamKind, Words) {
  EXPECT_EQ(to_string(kVideo), "video");
  EXPECT_EQ(to_string(kAudio), "audio");
  EXPECT_EQ(to_string(kTeletext), "teletext");
  EXPECT_EQ(to_string(kSubtitle), "subtitle");
  EXPECT_EQ(to_string(kAit), "ait");
  EXPECT_EQ(to_string(kScte35), "scte35");
  EXPECT_EQ(to_string(kData), "data");
  EXPECT_EQ(to_string(kOther), "other");
}

TEST(CaDescriptor, AtEitherLevel) {
  const Descriptor ca{.tag = 0x09, .data = {0x0B, 0x00, 0xE1, 0x23}};
  Pmt pmt{.program_number = 1, .version = 0, .pcr_pid = kNullPid, .descriptors = {}, .streams = {}};
  pmt.streams.push_back(
      {.type = 0x1B, .pid = Pid::from_wire(0x100), .descriptors = {{.tag = 0x52, .data = {1}}}});
  EXPECT_FALSE(has_ca_descriptor(pmt));
  pmt.streams[0].descriptors.push_back(ca);
  EXPECT_TRUE(has_ca_descriptor(pmt));
  pmt.streams.clear();
  EXPECT_FALSE(has_ca_descriptor(pmt));
  pmt.descriptors.push_back(ca);
  EXPECT_TRUE(has_ca_descriptor(pmt));
}

}  // namespace
}  // namespace headwater::psi
