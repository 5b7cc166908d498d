// SPDX-License-Identifier: Apache-2.0
#include "dataplane/plan/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "tests/support/source_tree.h"

namespace headwater::dataplane {
namespace {

using ::testing::IsSubsetOf;

// The names of the struct's members of type Counter in counters.h: words between "Counter" and ";".
std::set<std::string> counters_of(const std::string& name) {
  std::ifstream file(test::source_tree() / "dataplane/plan/counters.h");
  std::set<std::string> names;
  bool inside = false;
  bool declares = false;
  for (std::string line; std::getline(file, line);) {
    line.resize(std::min(line.find("//"), line.size()));
    inside = (inside && !line.starts_with('}')) || line.starts_with("struct " + name + " {");
    if (!inside) continue;
    const bool ends = line.find(';') != std::string::npos;
    std::ranges::replace_if(line, [](char c) { return c == ',' || c == ';'; }, ' ');
    std::istringstream words(line);
    for (std::string word; words >> word;) {
      if (word == "Counter") {
        declares = true;
      } else if (declares) {
        names.insert(word);
      }
    }
    if (ends) declares = false;
  }
  return names;
}

template <typename Counters>
std::set<std::string> shown(const Counters& counters) {
  std::set<std::string> names;
  for (const LedgerEquation& equation : ledger(counters)) {
    for (const LedgerTerm& term : equation.left) names.emplace(term.name);
    for (const LedgerTerm& term : equation.right) names.emplace(term.name);
  }
  for (const LedgerTerm& term : events(counters)) names.emplace(term.name);
  return names;
}

// A counter that nobody shows is one that nobody can ask about.
TEST(Ledger, ShowsEveryCounterByItsOwnName) {
  EXPECT_GT(counters_of("PortCounters").size(), 10U);
  EXPECT_THAT(counters_of("PortCounters"), IsSubsetOf(shown(PortCounters())));
  EXPECT_THAT(counters_of("InputCounters"), IsSubsetOf(shown(InputCounters())));
  EXPECT_THAT(counters_of("OutputCounters"), IsSubsetOf(shown(OutputCounters())));
}

template <typename Counters>
void expect_every_drop_in_an_equation(const std::string& of) {
  std::set<std::string> terms;
  for (const LedgerEquation& equation : ledger(Counters())) {
    for (const LedgerTerm& term : equation.right) terms.emplace(term.name);
  }
  for (const std::string& name : counters_of(of)) {
    EXPECT_TRUE(!name.starts_with("drop_") || terms.contains(name)) << of << " " << name;
  }
}

TEST(Ledger, EveryDropIsATermOfAnEquation) {
  expect_every_drop_in_an_equation<PortCounters>("PortCounters");
  expect_every_drop_in_an_equation<InputCounters>("InputCounters");
  expect_every_drop_in_an_equation<OutputCounters>("OutputCounters");
}

TEST(Ledger, BalancesWhereEveryPacketIsAccountedFor) {
  InputCounters counters;
  counters.packets.add(10);
  counters.routed.add(6);
  counters.psi.add(2);
  counters.drop_sync.add(1);
  const auto packets = [&counters] { return ledger(counters).at(1); };
  EXPECT_EQ(packets().left_sum(), 10);
  EXPECT_EQ(packets().right_sum(), 9);
  EXPECT_FALSE(packets().balanced());
  counters.null.add(1);
  EXPECT_TRUE(packets().balanced());
}

TEST(Ledger, WhatIsHeldCounts) {
  OutputCounters counters;
  counters.copies_in.add(7);
  counters.inserted_pat.add(1);
  counters.emitted.add(5);
  counters.held.set(3);
  EXPECT_TRUE(ledger(counters).at(1).balanced());
  counters.held.set(2);
  EXPECT_FALSE(ledger(counters).at(1).balanced());
}

TEST(Ledger, DropsAreThoseThatHappened) {
  PortCounters counters;
  counters.drop_vlan.add(3);
  counters.drop_tx_full.add(1);
  counters.received.add(3);
  const auto dropped = drops(counters);
  ASSERT_EQ(dropped.size(), 2U);
  EXPECT_EQ(dropped[0].name, "drop_vlan");
  EXPECT_EQ(dropped[0].value, 3);
  EXPECT_EQ(dropped[1].name, "drop_tx_full");
}

}  // namespace
}  // namespace headwater::dataplane
