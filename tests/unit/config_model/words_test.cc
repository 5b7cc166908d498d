// SPDX-License-Identifier: Apache-2.0
//
// Ids, slugs, suggestions, addresses.
#include "config/model/words.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "config/model/address.h"
#include "config/model/location.h"

namespace headwater::config {
namespace {

TEST(Words, SlugsNames) {
  EXPECT_EQ(slug("Das Erste HD"), "das-erste-hd");
  EXPECT_EQ(slug("ÖRF  2 (Wien)"), "oerf-2-wien");
  EXPECT_EQ(slug("Straße"), "strasse");
  EXPECT_EQ(slug("Télé l'Été"), "tele-lete");
  EXPECT_EQ(slug("TV2+"), "tv2-plus");
  EXPECT_EQ(slug("TV2"), "tv2");
  EXPECT_EQ(slug("Россия"), "");
  EXPECT_EQ(slug("Россия 24"), "24");
  EXPECT_EQ(slug("\xC3"), "") << "UTF-8 cut off";
  EXPECT_TRUE(is_id(slug(std::string(300, 'a'))));
  EXPECT_TRUE(is_id(slug(std::string(63, 'a') + " b")));
}

TEST(Words, Ids) {
  EXPECT_TRUE(is_id("das-erste_1.hd"));
  EXPECT_FALSE(is_id(""));
  EXPECT_FALSE(is_id("-a"));
  EXPECT_FALSE(is_id("a b"));
  EXPECT_FALSE(is_id("ä"));
  EXPECT_FALSE(is_id("a/b")) << "ids stand in API paths";
  EXPECT_FALSE(is_id(std::string(65, 'a')));
}

TEST(Words, SuggestsWhatWasMeant) {
  constexpr std::array<std::string_view, 5> kWords = {"channels", "ports", "inputs", "ttl", "to"};
  EXPECT_EQ(nearest("chanels", kWords), "channels");
  EXPECT_EQ(nearest("prots", kWords), "ports");
  EXPECT_EQ(nearest("input", kWords), "inputs");
  EXPECT_EQ(nearest("tll", kWords), "ttl");
  EXPECT_EQ(nearest("banana", kWords), std::nullopt);
  EXPECT_EQ(suggestion("prots", kWords), ", did you mean `ports`?");
  EXPECT_EQ(suggestion("banana", kWords), "");
}

TEST(Addresses, ParsesDottedQuadsOnly) {
  EXPECT_EQ(parse_ipv4("239.1.2.3"), 0xEF010203U);
  EXPECT_EQ(parse_ipv4("0.0.0.0"), 0U);
  for (const char* bad : {"", "1.2.3", "1.2.3.4.", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "010.0.0.1",
                          " 1.2.3.4", "1..3.4", "1.2.3.-4", "a.b.c.d", "1.2.3.4 "}) {
    EXPECT_EQ(parse_ipv4(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(ipv4_text(0xEF010203U), "239.1.2.3");
  EXPECT_EQ(netmask(24), 0xFFFFFF00U);
  EXPECT_EQ(netmask(0), 0U);
  EXPECT_EQ(netmask(32), 0xFFFFFFFFU);
}

TEST(Locations, ReadAsEditorsTakeThem) {
  EXPECT_EQ(to_string(Location{"lineup.yaml", 42, 11}), "lineup.yaml:42:11");
  EXPECT_EQ((Problem{{"lineup.yaml", 42, 11}, "no"}.to_string()), "lineup.yaml:42:11: no");
}

}  // namespace
}  // namespace headwater::config
