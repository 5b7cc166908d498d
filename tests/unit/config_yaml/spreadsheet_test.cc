// SPDX-License-Identifier: Apache-2.0
//
// What spreadsheets make of a table when they save it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "config/yaml/csv.h"
#include "config/yaml/lineup.h"
#include "tests/unit/config_yaml/cells.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;

std::string errors_of(const std::string& table) {
  Report report;
  static_cast<void>(read_lineup(table, "t.csv", report));
  return all(report.take().errors);
}

TEST(Spreadsheet, TheRowOfNamesSaysWhatSeparates) {
  EXPECT_EQ(cells("\n \n;;\na;b\n1,5;2\n"), "a|b|\n1,5|2|\n") << "whatever is empty before it";
  EXPECT_EQ(cells("\"a,b,c\";d\n1;2\n"), "a,b,c|d|\n1|2|\n") << "not what stands in quotes";
  EXPECT_EQ(cells("a\n1\n"), "a|\n1|\n");
}

TEST(Spreadsheet, ItMaySaySoItself) {
  EXPECT_EQ(cells("sep=;\r\na,b;c\r\n1;2\r\n"), "a,b|c|\n1|2|\n");
  EXPECT_EQ(cells("\xEF\xBB\xBFSEP=,\na,b\n"), "a|b|\n");
  EXPECT_EQ(cells("\"sep=\t\"\na\tb\n"), "a|b|\n");
  EXPECT_EQ(cells("sep=|\na|b\n"), "a|b|\n");
  const auto rows = parse_csv("sep=;\na;b\n", "t.csv");
  ASSERT_TRUE(rows);
  EXPECT_EQ(to_string(rows->front().front().where), "t.csv:2:1");
}

TEST(Spreadsheet, LinesEndAsInAnySystem) {
  EXPECT_EQ(cells("a,b\r1,2\r3,4"), "a|b|\n1|2|\n3|4|\n");
  EXPECT_EQ(cells("a,b\r\n1,2\r\n"), "a|b|\n1|2|\n");
  const auto rows = parse_csv("a,b\r1,2\r3,4", "t.csv");
  ASSERT_TRUE(rows);
  EXPECT_EQ(to_string(rows->back().back().where), "t.csv:3:3");
}

TEST(Spreadsheet, EmptyColumnsBehindTheOthersAreNone) {
  EXPECT_EQ(errors_of("name,inputs,,\nOne,a,,\nTwo,b\nThree,c,,,,\n"), "");
  EXPECT_EQ(errors_of("name,inputs,,\nOne,a,,x\n"),
            "t.csv:2:8: a cell without a column: the first row has fewer\n");
  EXPECT_THAT(errors_of("name,,inputs\nOne,,a\n"), HasSubstr("t.csv:1:6: `` is not a column"));
}

TEST(Spreadsheet, WhatIsNoTextIsNamedAtItsPlace) {
  EXPECT_EQ(errors_of("name,inputs\nOne,a\nTwo,\xFC"
                      "b\n"),
            "t.csv:3:5: this is not UTF-8: save the table as UTF-8\n");
  EXPECT_EQ(errors_of("name,inputs\n\xC3\xBC\xC3\xBC,\xFC\n"),
            "t.csv:2:4: this is not UTF-8: save the table as UTF-8\n");
  EXPECT_EQ(errors_of(std::string("name,inputs\nO\0ne,a\n", 19)),
            "t.csv:2:2: the character NUL stands here, which no text has: is the table complete, and saved "
            "as UTF-8?\n");
  EXPECT_THAT(errors_of(std::string("\xFF\xFEn\0", 4)), HasSubstr("t.csv:1:1: this is not UTF-8"));
}

// A column that is missing for it would be told in every row.
TEST(Spreadsheet, AMistakeOfTheFirstRowIsNotOneOfTheOthers) {
  EXPECT_EQ(errors_of("nmae,inputs\nOne\nTwo,b,x\n"),
            "t.csv:1:1: `nmae` is not a column, did you mean `name`?\n");
}

}  // namespace
}  // namespace headwater::config
