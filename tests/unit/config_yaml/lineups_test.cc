// SPDX-License-Identifier: Apache-2.0
//
// A thousand random lineups: the valid ones load with every value in its place; those with one planted
// mistake say so in its line; those torn at random never crash, and whatever is said about them has a place
// in the text.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "config/yaml/yaml.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }
  bool chance(std::size_t in) { return below(in) == 0; }
  template <class T>
  const T& of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

 private:
  std::mt19937_64 engine_;
};

struct Lineup {
  std::vector<std::string> lines;
  std::vector<std::string> ports;
  std::vector<std::string> inputs;
  std::vector<std::string> names;       // of channels
  std::vector<std::string> groups;      // "239.2.x.y:port" of each output, in order
  std::vector<std::uint64_t> delays;    // of channels
  std::vector<std::size_t> input_line;  // index into lines

  [[nodiscard]] std::string text() const {
    std::string result;
    for (const std::string& line : lines) result += line + "\n";
    return result;
  }
};

std::string number(std::size_t n) {
  return std::to_string(n);
}

void add_ports(Lineup& lineup, Random& random) {
  lineup.lines.emplace_back("ports:");
  for (std::size_t i = 0; i <= random.below(3); ++i) {
    lineup.ports.push_back("p" + number(i));
    lineup.lines.push_back("  p" + number(i) + ": { device: net_" + number(i) + ", address: [10." +
                           number(i) + ".0.10/24], vlan: " + number(1 + random.below(4094)) + " }");
  }
}

void add_inputs(Lineup& lineup, Random& random) {
  lineup.lines.emplace_back("inputs:");
  for (std::size_t i = 0; i <= random.below(30); ++i) {
    lineup.inputs.push_back("in-" + number(i));
    std::string line = "  in-" + number(i) + ": { ";
    if (random.chance(5)) {
      line += "source: \"file:clips/" + number(i) + ".ts\"";
      if (random.chance(2)) line += ", rate: " + number(1 + random.below(50)) + ".5M";
    } else {
      const bool rtp = random.chance(2);
      const bool specific = random.chance(3);
      line += std::string("source: \"") + (rtp ? "rtp" : "udp") + (specific ? "://232.1." : "://239.1.") +
              number(i) + ".1:" + number(1 + random.below(65535)) + "\", port: " + random.of(lineup.ports);
      if (specific) line += ", from: 10.9.0." + number(1 + random.below(250));
      if (random.chance(2)) line += ", jitter: " + number(random.below(101)) + "ms";
    }
    lineup.input_line.push_back(lineup.lines.size());
    lineup.lines.push_back(line + " }");
  }
}

void add_channels(Lineup& lineup, Random& random) {
  lineup.lines.emplace_back("defaults: { delay: 150ms }");
  lineup.lines.emplace_back("channels:");
  for (std::size_t i = 0; i < random.below(30); ++i) {
    lineup.names.push_back("Kanal " + number(i));
    lineup.lines.push_back("- name: \"Kanal " + number(i) + "\"");
    lineup.lines.push_back("  number: " + number(i + 1));
    lineup.lines.push_back("  inputs: [" + random.of(lineup.inputs) + "]");
    std::uint64_t delay = 150;
    if (random.chance(2)) {
      delay = 140 + random.below(5000);
      lineup.lines.push_back("  delay: " + number(delay) + "ms");
    }
    lineup.delays.push_back(delay);
    if (random.chance(3))
      lineup.lines.emplace_back("  streams: { keep: [video, audio], languages: [deu, eng] }");
    if (random.chance(3))
      lineup.lines.emplace_back("  pids: { mode: allocate, first: 0x200, pmt: 0x20, map: { 0x31: 0x41 } }");
    lineup.lines.emplace_back("  outputs:");
    for (std::size_t k = 0; k <= random.below(3); ++k) {
      const std::string group =
          "239.2." + number(i) + "." + number(k) + ":" + number(1 + random.below(65535));
      lineup.groups.push_back(group);
      lineup.lines.push_back(std::string("  - { to: \"") + (random.chance(2) ? "rtp" : "udp") + "://" +
                             group + "\", port: " + random.of(lineup.ports) +
                             ", ttl: " + number(1 + random.below(255)) + " }");
    }
  }
}

Lineup make(Random& random) {
  Lineup lineup;
  if (random.chance(2)) lineup.lines.emplace_back("headend: { name: test, workers: [1], memory: 64M }");
  add_ports(lineup, random);
  add_inputs(lineup, random);
  add_channels(lineup, random);
  return lineup;
}

// Each has a file, a line and a column that exist; the end of the text counts as a line.
void expect_located(const Problems& problems, const std::string& text) {
  const auto lines = static_cast<unsigned>(std::ranges::count(text, '\n')) + 1;
  ASSERT_FALSE(problems.errors.empty());
  for (const Problem& each : problems.errors) {
    EXPECT_EQ(each.where.file, "f.yaml") << each.to_string();
    EXPECT_GE(each.where.line, 1U) << each.to_string();
    EXPECT_LE(each.where.line, lines) << each.to_string();
    EXPECT_GE(each.where.column, 1U) << each.to_string();
    EXPECT_FALSE(each.text.empty());
  }
}

TEST(Lineups, ValidOnesLoadWhole) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const Lineup lineup = make(random);
    const auto result = parse(lineup.text(), "f.yaml");
    ASSERT_TRUE(result) << "seed " << seed << "\n" << lineup.text() << all(result.error().errors);
    const Configuration& c = result->configuration;
    ASSERT_EQ(c.ports.size(), lineup.ports.size());
    ASSERT_EQ(c.inputs.size(), lineup.inputs.size());
    ASSERT_EQ(c.channels.size(), lineup.names.size());
    std::vector<std::string> groups;
    for (std::size_t i = 0; i < c.channels.size(); ++i) {
      EXPECT_EQ(c.channels[i].name, lineup.names[i]);
      EXPECT_EQ(c.channels[i].delay_ms, lineup.delays[i]);
      for (const Output& each : c.channels[i].outputs)
        groups.push_back(each.group + ":" + number(each.udp_port));
    }
    EXPECT_EQ(groups, lineup.groups);
  }
}

// Appends to a line's map, or replaces a line; returns the index of the line that must be named.
using Plant = std::function<std::size_t(Lineup&, Random&)>;

std::size_t find_line(const Lineup& lineup, Random& random, const std::string& start) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < lineup.lines.size(); ++i) {
    if (lineup.lines[i].starts_with(start)) found.push_back(i);
  }
  return found.empty() ? lineup.lines.size() : random.of(found);
}

Plant adds(std::string start, std::string key) {
  return [start = std::move(start), key = std::move(key)](Lineup& lineup, Random& random) {
    const std::size_t line = find_line(lineup, random, start);
    if (line < lineup.lines.size()) {
      std::string& text = lineup.lines[line];
      text.replace(text.rfind('}'), 1, ", " + key + " }");
    }
    return line;
  };
}

Plant replaces(std::string start, std::string with) {
  return [start = std::move(start), with = std::move(with)](Lineup& lineup, Random& random) {
    const std::size_t line = find_line(lineup, random, start);
    if (line < lineup.lines.size()) lineup.lines[line] = with;
    return line;
  };
}

TEST(Lineups, APlantedMistakeIsNamedInItsLine) {
  const std::vector<Plant> plants = {
      adds("  p", "banana: 1"),
      adds("  p", "vlan: 1"),  // twice
      adds("  p", "gateway: 192.0.2.1"),
      adds("  in-", "source: \"udp://239.1.1.1:1\""),  // twice
      adds("  in-", "max_rate: 010"),
      adds("  in-", "legs: []"),
      adds("  - { to", "dscp: af99"),
      adds("  - { to", "rate: 8M"),
      adds("  - { to", "from: 192.0.2.1"),
      adds("  - { to", "fec: {}"),
      replaces("  number:", "  number: 0"),
      replaces("  number:", "  nummer: 1"),
      replaces("  inputs:", "  inputs: [nowhere]"),
      replaces("  delay:", "  delay: 39ms"),
      replaces("  delay:", "  delay: 200"),
      replaces("  streams:", "  streams: { keep: [pictures] }"),
      replaces("  pids:", "  pids: { pmt: 0x20, video: 0x20 }"),
      replaces("  pids:", "  pids: { map: { 0x20: 8192 } }"),
      replaces("  - { to", "  - { to: \"udp://224.0.0.5:5000\", port: p0 }"),
      replaces("  - { to", "  - { to: \"udp://10.0.0.5:5000\", port: p0 }"),
      replaces("  - { to", "  - { to: \"udp://239.3.3.3:5000\", port: p9 }"),
      replaces("  - { to", "  - to"),
  };
  std::size_t planted = 0;
  for (std::uint64_t seed = 1000; seed < 1350; ++seed) {
    Random random(seed);
    Lineup lineup = make(random);
    const std::size_t line = plants[seed % plants.size()](lineup, random);
    if (line == lineup.lines.size()) continue;  // this lineup has no such line
    ++planted;
    const auto result = parse(lineup.text(), "f.yaml");
    ASSERT_FALSE(result) << "seed " << seed << ", line " << line + 1 << "\n" << lineup.text();
    expect_located(result.error(), lineup.text());
    const bool named = std::ranges::any_of(result.error().errors,
                                           [&](const Problem& each) { return each.where.line == line + 1; });
    EXPECT_TRUE(named) << "seed " << seed << ", line " << line + 1 << "\n" << all(result.error().errors);
  }
  EXPECT_GE(planted, 280U) << "nearly every lineup has a line to spoil";
}

void tear(std::string& text, Random& random) {
  static const std::vector<std::string> kShreds = {
      "[", "]", "{",  "}",     ":",    "- ",   "\"",     "'",   "&a ",   "*a",   "<<",    "!!",   "\t", "\n",
      "#", "|", ">",  "%YAML", "---",  "...",  "~",      "0x",  "99999", "\x80", "\xC3(", "\xFF", "? ", ", ",
      "@", "`", "-1", "1e9",   "null", "true", "\\x1b[", "010", "${x}",  "\r\n", "  ",    "é"};
  if (text.empty()) return;
  const std::size_t at = random.below(text.size());
  switch (random.below(6)) {
    case 0:
      text.erase(at, 1 + random.below(8));
      break;
    case 1:
      text.insert(at, random.of(kShreds));
      break;
    case 2:
      text[at] = static_cast<char>(random.below(256));
      break;
    case 3:
      text.resize(at);
      break;
    case 4:
      text.insert(at, text.substr(random.below(text.size()), random.below(60)));
      break;
    default: {
      const auto end = std::min(text.find('\n', at), text.size() - 1);
      text.erase(at, end + 1 - at);
    }
  }
}

TEST(Lineups, TornOnesNeverCrashAndErrorsHaveTheirPlace) {
  std::size_t refused = 0;
  for (std::uint64_t seed = 2000; seed < 2500; ++seed) {
    Random random(seed);
    std::string text = make(random).text();
    for (std::size_t i = 0; i <= random.below(6); ++i) tear(text, random);
    const auto result = parse(text, "f.yaml");
    if (result) continue;
    ++refused;
    SCOPED_TRACE("seed " + number(seed));
    expect_located(result.error(), text);
  }
  EXPECT_GT(refused, 250U);
}

}  // namespace
}  // namespace headwater::config
