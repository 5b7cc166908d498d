// SPDX-License-Identifier: Apache-2.0
//
// What a table may hold: no more values than a file of YAML, however short they are.
#include <gtest/gtest.h>

#include <string>

#include "config/yaml/lineup.h"
#include "config/yaml/node.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

std::string errors_of(const std::string& table) {
  Report report;
  static_cast<void>(read_lineup(table, "t.csv", report));
  return all(report.take().errors);
}

TEST(TableLimits, CellsAreCounted) {
  const std::string row(200'000, ',');
  std::string table = "name,inputs\n";
  for (int i = 0; i < 11; ++i) table += row + "\n";
  EXPECT_EQ(errors_of(table), "t.csv:11:199990: more than 2000000 values: split the table\n");
}

TEST(TableLimits, SoAreTheItemsOfLists) {
  std::string list;
  for (std::size_t i = 0; i <= kMaxNodes; ++i) list += "a ";
  EXPECT_EQ(errors_of("name,inputs\nOne," + list + "\n"),
            "t.csv:2:5: more than 2000000 values: split the table\n");
}

}  // namespace
}  // namespace headwater::config
