// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/table.h"

#include <gtest/gtest.h>

namespace headwater::hwctl {
namespace {

using enum Table::Column::Align;

TEST(Table, AlignsByCellsNotByBytes) {
  Table table({{"ID"}, {"NAME"}, {"RATE", kRight}, {"TO"}});
  table.add({"a", "R\u00e1dio \u6771\u4eac", "8.06 Mb/s", "x"});
  table.add({"bbb", "Das Erste", "0", "y"});
  EXPECT_EQ(table.render(false),
            "ID   NAME             RATE  TO\n"
            "a    R\u00e1dio \u6771\u4eac  8.06 Mb/s  x\n"  // ten cells of name
            "bbb  Das Erste           0  y\n");
}

TEST(Table, LeavesNoBlanksAtTheEndAndNoEmptyColumn) {
  Table table({{"ID"}, {"NOTHING"}, {"WHY"}});
  table.add({"a", "", "it is scrambled"});
  table.add({"b", "", ""});
  EXPECT_EQ(table.render(false), "ID  WHY\na   it is scrambled\nb\n");
}

TEST(Table, HasNoTitlesWhereThereAreNone) {
  Table table({{""}, {"", kRight}}, "  ");
  table.add({"one", "1"});
  table.add({"three", "300"});
  EXPECT_EQ(table.render(false), "  one      1\n  three  300\n");
}

TEST(Table, ColoursWordsNotBlanks) {
  Table table({{""}, {""}});
  table.add({Cell("ok", Style::kGood), "x"});
  table.add({Cell("refused", Style::kBad), "y"});
  EXPECT_EQ(table.render(true), "\x1b[32mok\x1b[0m       x\n\x1b[1;31mrefused\x1b[0m  y\n");
}

TEST(Table, ShortRowsAreFilledUp) {
  Table table({{"A"}, {"B"}});
  table.add({"1", "2"});
  table.add({"3"});
  EXPECT_EQ(table.render(false), "A  B\n1  2\n3\n");
}

TEST(Styled, CleansBeforeItColours) {
  EXPECT_EQ(styled("a\x1b[31m", Style::kGood, true), "\x1b[32ma?[31m\x1b[0m");
  EXPECT_EQ(styled("", Style::kGood, true), "");
}

}  // namespace
}  // namespace headwater::hwctl
