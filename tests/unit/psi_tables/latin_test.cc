// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/latin.h"

#include <gtest/gtest.h>

namespace headwater::psi {
namespace {

TEST(Iso8859, PartsThatExist) {
  for (unsigned part = 0; part <= 17; ++part) {
    const bool exists = part >= 1 && part <= 15 && part != 12;
    EXPECT_EQ(iso8859(part).size(), exists ? 96U : 0U) << part;
  }
}

TEST(Iso8859, PartOneIsUnicodesOwn) {
  for (unsigned byte = 0xA0; byte <= 0xFF; ++byte) EXPECT_EQ(iso8859(1)[byte - 0xA0], byte);
}

TEST(Iso8859, WhatTellsThePartsApart) {
  struct Case {
    unsigned part;
    unsigned byte;
    char16_t expected;
  };
  const Case cases[] = {
      {2, 0xA3, u'Ł'},  {3, 0xA1, u'Ħ'},  {4, 0xA2, u'ĸ'},  {5, 0xD0, u'а'},  {5, 0xFF, u'џ'},
      {6, 0xC7, u'ا'},  {6, 0xA1, 0},     {7, 0xE1, u'α'},  {8, 0xE0, u'א'},  {9, 0xF0, u'ğ'},
      {10, 0xFF, u'ĸ'}, {11, 0xA1, u'ก'}, {13, 0xFF, u'’'}, {14, 0xA1, u'Ḃ'}, {15, 0xA4, u'€'},
  };
  for (const Case& c : cases)
    EXPECT_EQ(iso8859(c.part)[c.byte - 0xA0], c.expected) << c.part << " " << c.byte;
}

TEST(Table00, DiffersFromIso6937ByTheEuro) {
  EXPECT_EQ(table00()[0xA4 - 0xA0], u'€');
  EXPECT_EQ(table00()[0xA8 - 0xA0], u'¤');
  EXPECT_EQ(table00()[0xE1 - 0xA0], u'Æ');
  EXPECT_EQ(table00()[0xFB - 0xA0], u'ß');
  EXPECT_EQ(table00()[0xE5 - 0xA0], 0);
}

TEST(Compose, LatinLetters) {
  EXPECT_EQ(compose(U'a', combining_mark(0xC8)), U'ä');
  EXPECT_EQ(compose(U'e', combining_mark(0xC2)), U'é');
  EXPECT_EQ(compose(U'c', combining_mark(0xCB)), U'ç');
  EXPECT_EQ(compose(U'S', combining_mark(0xCF)), U'Š');
  EXPECT_EQ(compose(U'o', combining_mark(0xCD)), U'ő');
  EXPECT_EQ(compose(U'A', combining_mark(0xCA)), U'Å');
  EXPECT_EQ(compose(U'e', combining_mark(0xCE)), U'ę');
  EXPECT_EQ(compose(U'q', combining_mark(0xC2)), char32_t{0});
  EXPECT_EQ(combining_mark(0xC0), char32_t{0});
  EXPECT_EQ(combining_mark(0xCC), char32_t{0});
  EXPECT_EQ(combining_mark(0xD0), char32_t{0});
}

}  // namespace
}  // namespace headwater::psi
