// SPDX-License-Identifier: Apache-2.0
#include "control/http/uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace headwater::control::http {
namespace {

using ::testing::ElementsAre;

TEST(Uri, DecodesPercentSequences) {
  EXPECT_EQ(percent_decode("das%20erste"), "das erste");
  EXPECT_EQ(percent_decode("%C3%a9"), "é");
  EXPECT_EQ(percent_decode("a+b"), "a+b");  // '+' is a space in forms only
}

TEST(Uri, RefusesBrokenPercentSequences) {
  for (const char* text : {"%", "a%2", "%zz", "%2g", "%-1", "%+1", "%00"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
}

TEST(Uri, EncodesWhatItDecodes) {
  const std::string id = "3sat/HD é?&=#%";
  EXPECT_EQ(percent_encode("das-erste_1.~"), "das-erste_1.~");
  EXPECT_EQ(percent_encode("a/b c"), "a%2Fb%20c");
  EXPECT_EQ(percent_decode(percent_encode(id)), id);
}

TEST(Uri, SplitsPaths) {
  EXPECT_THAT(segments("/v1/channels/a"), ElementsAre("v1", "channels", "a"));
  EXPECT_THAT(segments("/v1/channels/"), ElementsAre("v1", "channels"));
  EXPECT_THAT(segments("/v1//a"), ElementsAre("v1", "", "a"));
  EXPECT_TRUE(segments("/").empty());
  EXPECT_TRUE(segments("").empty());
}

TEST(Uri, FindsQueryValues) {
  EXPECT_EQ(query_value("a=1&file=my%20lineup.yaml", "file"), "my lineup.yaml");
  EXPECT_EQ(query_value("a", "a"), "");
  EXPECT_EQ(query_value("aa=1", "a"), std::nullopt);
  EXPECT_EQ(query_value("a=%", "a"), std::nullopt);
  EXPECT_EQ(query_value("", "a"), std::nullopt);
}

}  // namespace
}  // namespace headwater::control::http
