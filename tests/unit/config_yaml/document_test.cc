// SPDX-License-Identifier: Apache-2.0
//
// What yaml-cpp would let pass, and what would exhaust a machine.
#include "config/yaml/document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headwater::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_of(const std::string& text) {
  Report report;
  EXPECT_NE(read_document(text, "f.yaml", report), nullptr);
  std::vector<std::string> errors;
  for (const Problem& each : report.take().errors) errors.push_back(each.to_string());
  return errors;
}

TEST(Document, EverythingKnowsItsPlace) {
  Report report;
  const NodePtr root = read_document(
      "# comment\nports:\n  west: { device: \"a b\", vlan: 300 }\nlist:\n- 1\n- two\n", "f.yaml", report);
  ASSERT_FALSE(report.failed());
  const Entry* ports = root->find("ports");
  ASSERT_NE(ports, nullptr);
  EXPECT_EQ(to_string(ports->where), "f.yaml:2:1");
  const Entry* west = ports->value->find("west");
  ASSERT_NE(west, nullptr);
  EXPECT_EQ(to_string(west->where), "f.yaml:3:3");
  EXPECT_EQ(to_string(west->value->where), "f.yaml:3:9");
  EXPECT_EQ(to_string(west->value->find("device")->value->where), "f.yaml:3:19");
  EXPECT_EQ(west->value->find("device")->value->text, "a b");
  EXPECT_EQ(to_string(west->value->find("vlan")->where), "f.yaml:3:26");
  EXPECT_EQ(to_string(root->find("list")->value->items[1]->where), "f.yaml:6:3");
}

TEST(Document, ColumnsCountCharacters) {
  EXPECT_THAT(errors_of("{ Öäü: 1, a: 2, a: 3 }"),
              ElementsAre(HasSubstr("f.yaml:1:17: `a` stands here twice")));
}

TEST(Document, EmptyIsAnEmptyMap) {
  for (const char* text : {"", "\n", "# nothing\n", "---\n", "~", "{}", "\xEF\xBB\xBF"})
    EXPECT_THAT(errors_of(text), IsEmpty()) << text;
}

TEST(Document, RefusesWhatYamlCppTakesInSilence) {
  EXPECT_THAT(errors_of("a: 1\nb: 2\na: 3\n"),
              ElementsAre("f.yaml:3:1: `a` stands here twice, first at f.yaml:1:1: remove one"));
  EXPECT_THAT(errors_of("x: &x { a: 1 }\ny:\n  <<: *x\n"),
              ElementsAre(HasSubstr("f.yaml:3:3: `<<` is not supported")));
  EXPECT_THAT(errors_of("a: !!int 3\n"), ElementsAre(HasSubstr("f.yaml:1:4: tags like")));
  EXPECT_THAT(errors_of("[a, b]: 1\n"), ElementsAre(HasSubstr("a key must be a word")));
  EXPECT_THAT(errors_of("~: 1\n"), ElementsAre(HasSubstr("a key must be a word")));
  EXPECT_THAT(errors_of("a: 1\n---\nb: 2\n"), ElementsAre(HasSubstr("one document a file")));
  EXPECT_THAT(errors_of("- a\n- b\n"), ElementsAre(HasSubstr("f.yaml:1:1: a configuration is a map")));
  EXPECT_THAT(errors_of("just words"), ElementsAre(HasSubstr("f.yaml:1:1: a configuration is a map")));
}

TEST(Document, SyntaxErrorsHaveTheirPlace) {
  EXPECT_THAT(errors_of("a: 1\nb: [1, 2\nc: 3\n"), ElementsAre(HasSubstr("f.yaml:3:")));
  EXPECT_THAT(errors_of("a:\n\t- b\n"), ElementsAre(HasSubstr("f.yaml:2:")));
  EXPECT_THAT(errors_of("a: *nowhere\n"), ElementsAre(HasSubstr("f.yaml:1:4")));
}

TEST(Document, AnOpenQuoteDoesNotSwallowTheFile) {
  EXPECT_THAT(errors_of("a: 'open\nb: 1\n"), ElementsAre(HasSubstr("f.yaml:1:4: this quote is not closed")));
  EXPECT_THAT(errors_of("a: 1\nb: \"open\\\"\n"),
              ElementsAre(HasSubstr("f.yaml:2:4: this quote is not closed")));
  EXPECT_THAT(errors_of("a: &x 'it''s\n"), ElementsAre(HasSubstr("this quote is not closed")));
  EXPECT_THAT(errors_of("a: &x 'it''s'\nb: \"\\\\\"\nc: ''\n'd e': \"\"\n"), IsEmpty());
}

TEST(Document, OnlyUtf8) {
  EXPECT_THAT(errors_of("a: 1\nb: \xE4hre\n"), ElementsAre(HasSubstr("f.yaml:2:4: this is not UTF-8")));
  EXPECT_THAT(errors_of(std::string("a: \0", 4)),
              ElementsAre(HasSubstr("f.yaml:1:4: the character NUL stands here")));
  EXPECT_THAT(errors_of("\xFF\xFE"), ElementsAre(HasSubstr("f.yaml:1:1: this is not UTF-8")));
  EXPECT_THAT(errors_of("a: \xED\xA0\x80"), ElementsAre(HasSubstr("f.yaml:1:4"))) << "a surrogate";
  EXPECT_THAT(errors_of("a: \xC0\xAF"), ElementsAre(HasSubstr("f.yaml:1:4"))) << "an overlong form";
  EXPECT_THAT(errors_of("a: \xF0\x9F\x93\xBA\n"), IsEmpty());
}

TEST(Document, AliasesAreShared) {
  Report report;
  const NodePtr root = read_document("a: &x [1, 2]\nb: *x\n", "f.yaml", report);
  ASSERT_FALSE(report.failed());
  EXPECT_EQ(root->find("a")->value, root->find("b")->value);
}

TEST(Document, BombsAreRefused) {
  std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string n = std::to_string(i);
    const std::string last = "*a" + std::to_string(i - 1);
    laughs += "a" + n + ": &a" + n + " [" + last;
    for (int k = 1; k < 10; ++k) laughs += ", " + last;
    laughs += "]\n";
  }
  EXPECT_THAT(errors_of(laughs), ElementsAre(HasSubstr("aliases counted each time")));
  EXPECT_THAT(errors_of("a: &a [*a]\n"),
              ElementsAre(HasSubstr("f.yaml:1:8: this alias stands within its own anchor")));
  EXPECT_THAT(errors_of("a: " + std::string(50, '[')), ElementsAre(HasSubstr("nested deeper than 32")));
  EXPECT_THAT(errors_of("a: " + std::string(100'000, '{')), ElementsAre(HasSubstr("f.yaml:1:")));
  EXPECT_THAT(errors_of(std::string(kMaxFileSize + 1, '#')), ElementsAre(HasSubstr("larger than 16 MiB")));
}

}  // namespace
}  // namespace headwater::config
