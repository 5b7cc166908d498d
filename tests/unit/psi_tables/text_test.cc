// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "psi/tables/utf8.h"

namespace headwater::psi {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Wire = std::vector<std::uint8_t>;

struct Case {
  const char* what;
  Wire wire;
  const char* text;
};

TEST(DecodeText, Table) {
  const Case cases[] = {
      {"nothing", {}, ""},
      {"ASCII in the default table", {'Z', 'D', 'F'}, "ZDF"},
      {"table 00, diaeresis before its letter", {0xC8, 'O', 'R', 'F'}, "ÖRF"},
      {"table 00, acute and caron", {'T', 0xC2, 'e', 'l', 0xC2, 'e', ' ', 0xCF, 'c'}, "Télé č"},
      {"table 00, a letter without a composed form", {0xC2, 'q'}, "q\u0301"},
      {"table 00, mark on a space", {0xC8, ' ', 'x'}, " \u0308x"},
      {"table 00, mark at the end", {'x', 0xC8}, "x \u0308"},
      {"table 00, two marks", {0xC1, 0xC2, 'e'}, " \u0300é"},
      {"table 00, mark before a control", {0xC2, 0x8A, 'a'}, " \u0301\na"},
      {"table 00, mark before an upper letter", {0xC2, 0xF1}, "æ\u0301"},
      {"table 00, euro, sharp s, o with stroke", {0xA4, 0xFB, 0xF9}, "€ßø"},
      {"table 00, unassigned", {'a', 0xA6, 0xD8, 0xC0, 'b'}, "a\uFFFD\uFFFD\uFFFDb"},
      {"8859-5 by one byte", {0x01, 0xBF, 0xD5, 0xE0, 0xD2, 0xEB, 0xD9}, "Первый"},
      {"8859-7", {0x03, 0xC5, 0xD1, 0xD4}, "ΕΡΤ"},
      {"8859-8", {0x04, 0xF9}, "ש"},
      {"8859-9", {0x05, 'T', 0xFC, 'r', 'k', 0xE7, 'e'}, "Türkçe"},
      {"8859-12 was never made", {0x08, 'a', 0xE1}, "a\uFFFD"},
      {"8859-15", {0x0B, 0xA4}, "€"},
      {"8859-2 by three bytes", {0x10, 0x00, 0x02, 'P', 'o', 'l', 's', 'a', 't', ' ', 0xA3}, "Polsat Ł"},
      {"8859-1 by three bytes", {0x10, 0x00, 0x01, 0xC4}, "Ä"},
      {"a part that does not exist", {0x10, 0x01, 0x02, 'a', 0xC4}, "a\uFFFD"},
      {"the three bytes cut", {0x10, 0x00}, ""},
      {"UCS-2", {0x11, 0x04, 0x1F, 0x00, 0x41, 0x20, 0xAC}, "ПA€"},
      {"UCS-2, half a character", {0x11, 0x00, 0x41, 0x00}, "A\uFFFD"},
      {"UCS-2, surrogate", {0x11, 0xD8, 0x00}, "\uFFFD"},
      {"UCS-2, controls", {0x11, 0xE0, 0x86, 0x00, 0x41, 0xE0, 0x87, 0xE0, 0x8A, 0x00, 0x42}, "A\nB"},
      {"UTF-8", {0x15, 0xC3, 0x96, 'R', 'F', 0xF0, 0x9F, 0x93, 0xBA}, "ÖRF📺"},
      {"UTF-8, controls", {0x15, 'A', 0xEE, 0x82, 0x86, 'B', 0xEE, 0x82, 0x8A, 'C', 0xC2, 0x87}, "AB\nC"},
      {"UTF-8, cut", {0x15, 'A', 0xE2, 0x82}, "A\uFFFD"},
      {"emphasis is left out, the line break kept", {0x86, 'N', 0x87, 0x8A, 'D', 'R'}, "N\nDR"},
      {"other controls are left out", {'A', 0x00, 0x1B, 0x7F, 0x80, 0x9F, 'B'}, "AB"},
      {"Korean: what is ASCII", {0x12, 'K', 0xB0, 0xA1}, "K\uFFFD\uFFFD"},
      {"reserved selector", {0x0C, 'K'}, "K"},
      {"private coding", {0x1F, 0x01, 0x9A, 0x03}, "\uFFFD"},
      {"a selector alone", {0x15}, ""},
  };
  for (const Case& c : cases) EXPECT_EQ(decode_text(c.wire), c.text) << c.what;
}

TEST(EncodeText, AsciiHasNoSelector) {
  EXPECT_THAT(encode_text("ZDF HD", 100), ElementsAre('Z', 'D', 'F', ' ', 'H', 'D'));
  EXPECT_THAT(encode_text("", 100), IsEmpty());
}

TEST(EncodeText, AnythingElseIsUtf8) {
  EXPECT_THAT(encode_text("ÖRF", 100), ElementsAre(0x15, 0xC3, 0x96, 'R', 'F'));
}

TEST(EncodeText, ControlsAreLeftOut) {
  EXPECT_THAT(encode_text("\x15"
                          "A\nB\x7F"
                          "C\xC2\x86",
                          100),
              ElementsAre('A', 'B', 'C'));
}

TEST(EncodeText, InvalidUtf8IsReplaced) {
  EXPECT_THAT(encode_text("A\xFF", 100), ElementsAre(0x15, 'A', 0xEF, 0xBF, 0xBD));
}

TEST(EncodeText, NeverCutsACharacter) {
  EXPECT_THAT(encode_text("abcdef", 3), ElementsAre('a', 'b', 'c'));
  EXPECT_THAT(encode_text("a€b", 6), ElementsAre(0x15, 'a', 0xE2, 0x82, 0xAC, 'b'));
  EXPECT_THAT(encode_text("a€b", 5), ElementsAre(0x15, 'a', 0xE2, 0x82, 0xAC));
  EXPECT_THAT(encode_text("a€b", 4), ElementsAre(0x15, 'a'));
  EXPECT_THAT(encode_text("€", 3), IsEmpty());
  EXPECT_THAT(encode_text("€", 1), IsEmpty());
  EXPECT_THAT(encode_text("€", 0), IsEmpty());
}

TEST(EncodeText, ReadsBack) {
  for (const char* text : {"Das Erste HD", "Rádió Ő", "Первый канал", "日本放送", "a📺b"}) {
    EXPECT_EQ(decode_text(encode_text(text, 255)), text);
  }
}

TEST(Text, AnyBytesGiveValidUtf8) {
  std::mt19937 random(5);
  for (int round = 0; round < 50'000; ++round) {
    Wire wire(random() % 24);
    std::ranges::generate(wire, [&] { return static_cast<std::uint8_t>(random()); });
    if (!wire.empty() && round % 2 == 0) wire[0] &= 0x1F;
    const std::string text = decode_text(wire);
    std::string again;
    const Wire bytes(text.begin(), text.end());
    for (Bytes rest(bytes); !rest.empty();) append_utf8(again, take_utf8(rest));
    ASSERT_EQ(again, text);  // what is invalid would have been replaced
  }
}

TEST(Utf8, WhatIsInvalid) {
  const auto first = [](const Wire& wire) {
    Bytes rest(wire);
    return take_utf8(rest);
  };
  EXPECT_EQ(first({0xC0, 0x80}), U'\uFFFD');              // overlong
  EXPECT_EQ(first({0xE0, 0x80, 0x80}), U'\uFFFD');        // overlong
  EXPECT_EQ(first({0xF0, 0x80, 0x80, 0x80}), U'\uFFFD');  // overlong
  EXPECT_EQ(first({0xED, 0xA0, 0x80}), U'\uFFFD');        // surrogate
  EXPECT_EQ(first({0xF4, 0x90, 0x80, 0x80}), U'\uFFFD');  // beyond U+10FFFF
  EXPECT_EQ(first({0xF5, 0x80, 0x80, 0x80}), U'\uFFFD');
  EXPECT_EQ(first({0x80}), U'\uFFFD');
  EXPECT_EQ(first({0xC3, 'A'}), U'\uFFFD');
  EXPECT_EQ(first({0xF4, 0x8F, 0xBF, 0xBF}), char32_t{0x10FFFF});
}

}  // namespace
}  // namespace headwater::psi
