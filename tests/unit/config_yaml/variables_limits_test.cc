// SPDX-License-Identifier: Apache-2.0
//
// What variables may cost: neither a long chain nor many uses of a long one exhaust the machine.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/yaml/document.h"
#include "config/yaml/lineup.h"
#include "config/yaml/merge.h"
#include "config/yaml/variables.h"
#include "config/yaml/yaml.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kSound =
    "inputs: { i: { source: \"file:i.ts\" } }\nchannels: [{ name: \"${v0}\", inputs: [i] }]\n";

// v0 uses v1, that uses v2, and so on.
std::string chain(std::size_t links, const std::string& last) {
  std::string text = "variables:\n";
  for (std::size_t i = 0; i < links; ++i)
    text += "  v" + std::to_string(i) + ": ${v" + std::to_string(i + 1) + "}\n";
  return text + "  v" + std::to_string(links) + ": " + last + "\n" + kSound;
}

TEST(VariablesLimits, AChainIsAsLongAsItsFile) {
  const auto result = parse(chain(100'000, "One"), "f.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_EQ(result->configuration.channels.at(0).name, "One");
}

TEST(VariablesLimits, ALongCircleIsToldOnce) {
  const auto result = parse(chain(100'000, "${v0}"), "f.yaml");
  ASSERT_FALSE(result);
  ASSERT_EQ(result.error().errors.size(), 1U) << all(result.error().errors);
  EXPECT_EQ(result.error().errors[0].to_string(), "f.yaml:2:7: variables: `v0` uses itself");
}

// A list that uses a value of 4 KiB in 50,000 places: 200 MiB out of 400 KB of text.
TEST(VariablesLimits, AllUsesTogetherHaveABound) {
  std::string text = "variables: { v0: " + std::string(kMaxExpanded, 'x') + " }\nlist:\n";
  for (int i = 0; i < 50'000; ++i) text += "- ${v0}\n";
  Report report;
  static_cast<void>(substitute(read_document(text, "f.yaml", report), report));
  const std::vector<Problem> errors = report.take().errors;
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_THAT(errors[0].to_string(),
              StartsWith("f.yaml:16387:3: variables make the configuration longer than 64 MiB"));
}

// Each cell becomes a list of 2000 values, which take more than their letters.
TEST(VariablesLimits, SoHaveTheListsOfTables) {
  std::string list;
  for (int i = 0; i < 2000; ++i) list += "a ";
  std::string table = "name,inputs\n";
  for (int i = 0; i < 2000; ++i) table += "A,${v0}\n";
  Report report;
  const NodePtr variables = read_document("variables: { v0: \"" + list + "\" }\n", "f.yaml", report);
  const NodePtr root = join({variables, read_lineup(table, "t.csv", report)}, report);
  static_cast<void>(substitute(root, report));
  EXPECT_THAT(all(report.take().errors), HasSubstr("variables make the configuration longer than 64 MiB"));
}

// 256 MiB, were it built before it is measured.
TEST(VariablesLimits, AValueIsRefusedBeforeItIsBuilt) {
  std::string uses;
  for (int i = 0; i < 65'536; ++i) uses += "${v0}";
  const auto result =
      parse("variables: { v0: " + std::string(kMaxExpanded, 'x') + ", w: \"" + uses + "\" }\n", "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_THAT(all(result.error().errors), StartsWith("f.yaml:1:4119: variables make this longer than 4096"));
}

}  // namespace
}  // namespace headwater::config
