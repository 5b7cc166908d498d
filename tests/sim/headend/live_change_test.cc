// SPDX-License-Identifier: Apache-2.0
//
// A lineup that changes while it is on air, through the whole headend: what a change does not name leaves as
// if it had never been, byte by byte and instant by instant.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/support/headend/play.h"

namespace headwater::test {
namespace {

constexpr int kSteady = 4, kMoving = 8;
constexpr int kInputs = 6;  // 0 to 3 are the steady channels'; the moving ones take any

constexpr Ticks27 kRun = Ticks27::seconds(12);
constexpr int kChanges = 1000;

ProgramSpec small_program(int input) {
  const auto base = static_cast<std::uint16_t>(0x100 + input * 16);
  return television(static_cast<std::uint16_t>(1 + input), base, 100'000, 2);
}

// A channel that comes, goes and changes.
struct Moving {
  bool there = false;
  int input = 0;
  int name = 0;
  int delay = 200;
  bool allocate = false;
  bool audio_only = false;
  bool parked = false;
  int dscp = 34;
  int ttl = 16;
  int group = 0;
  bool second_output = false;
};

struct Lineup {
  std::vector<Moving> moving{kMoving};
  std::vector<int> max_rates = std::vector<int>(kInputs, 4);
  std::string headend = "lab";
  int address = 1;

  [[nodiscard]] std::string yaml() const {
    std::string text = fmt::format("headend: {{ name: {} }}\n", headend);
    text += fmt::format("ports: {{ p: {{ device: net_null0, address: [10.0.0.1/24, 10.0.0.{}/24] }} }}\n",
                        100 + address);
    text += "inputs:\n";
    for (int i = 0; i < kInputs; ++i) {
      text += fmt::format(
          "  in{0}: {{ source: \"udp://239.1.1.{1}:5000\", port: p, jitter: 50ms, max_rate: {2}M }}\n", i,
          i + 1, i < kSteady ? 4 : max_rates[static_cast<std::size_t>(i)]);
    }
    text += "channels:\n";
    for (int i = 0; i < kSteady; ++i) {
      text += fmt::format(
          "  - {{ id: steady{0}, name: Steady {0}, number: {1}, inputs: [in{0}], outputs: [ {{ to: "
          "\"{2}://239.2.1.{1}:5000\", port: p, from: 10.0.0.1 }} ] }}\n",
          i, i + 1, i % 2 == 0 ? "udp" : "rtp");
    }
    for (int i = 0; i < kMoving; ++i) {
      const Moving& each = moving[static_cast<std::size_t>(i)];
      if (!each.there) continue;
      text +=
          fmt::format("  - {{ id: moving{0}, name: Moving {1}, number: {2}, inputs: [in{3}], delay: {4}ms, ",
                      i, each.name, 100 + i, each.input, each.delay);
      if (each.parked) text += "enabled: false, ";
      if (each.allocate) text += "pids: { mode: allocate }, ";
      if (each.audio_only) text += "streams: { keep: [audio] }, ";
      text += fmt::format("outputs: [ {{ to: \"udp://239.3.{0}.{1}:5000\", port: p, dscp: {2}, ttl: {3} }}",
                          i, 1 + each.group, each.dscp, each.ttl);
      if (each.second_output) text += fmt::format(", {{ to: \"rtp://239.4.{}.1:5000\", port: p }}", i);
      text += " ] }\n";
    }
    return text;
  }

  void change(std::minstd_rand& random) {
    const auto any = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
    Moving& each = moving[static_cast<std::size_t>(any(kMoving))];
    switch (any(14)) {
      case 0:
      case 1:
      case 2:
        each.there = !each.there;
        break;
      case 3:
        each.input = any(kInputs);
        break;
      case 4:
        each.name = any(5);
        break;
      case 5:
        each.delay = 100 + 50 * any(20);  // another history
        break;
      case 6:
        each.allocate = !each.allocate;
        break;
      case 7:
        each.audio_only = !each.audio_only;
        break;
      case 8:
        each.parked = !each.parked;
        break;
      case 9:
        each.dscp = any(64);
        break;
      case 10:
        each.group = any(4);
        break;
      case 11:
        each.second_output = !each.second_output;
        break;
      case 12:
        address = 1 + any(3);
        headend = any(2) == 0 ? "lab" : "other";
        break;
      default:
        max_rates.at(static_cast<unsigned>(kSteady + any(kInputs - kSteady))) = 1 + any(20);
        break;
    }
  }
};

void play_input(Headend& headend, int input, Instant start) {
  ProgramGenerator generator({.programs = {small_program(input)},
                              .rate = 500'000,
                              .clock_ppm = 5.0 * input,
                              .start = start,
                              .first_pcr = {}});
  const Flow flow{{0x0A000005}, {0xEF010101U + static_cast<std::uint32_t>(input)}, 5000};
  play(headend, "p", flow, generator.until(start + kRun));
}

struct Seen {
  std::vector<std::vector<ReceivedDatagram>> steady;
  std::map<std::string, std::size_t> moving;  // datagrams of each group
};

// `changes` of them, spread over the run but for its first and last second.
Seen run(unsigned seed, int changes) {
  HeadendOptions options;
  options.spare_slots = 64;
  Lineup lineup;
  Headend headend(lineup.yaml(), options);
  const Instant start = headend.now();
  for (int input = 0; input < kInputs; ++input) play_input(headend, input, start);
  headend.run_until(start + Ticks27::seconds(1));
  std::minstd_rand random(seed);
  for (int k = 0; k < changes; ++k) {
    headend.run_until(start + Ticks27::seconds(1) +
                      Ticks27{(kRun - Ticks27::seconds(2)).value * k / changes});
    lineup.change(random);
    headend.apply(lineup.yaml());
  }
  headend.run_until(start + kRun + Ticks27::seconds(2));
  Seen seen;
  for (int i = 0; i < kSteady; ++i)
    seen.steady.push_back(headend.sent_to(fmt::format("239.2.1.{}", i + 1), i % 2 != 0));
  for (int i = 0; i < kMoving; ++i) {
    for (int group = 0; group < 4; ++group) {
      const std::string address = fmt::format("239.3.{}.{}", i, 1 + group);
      seen.moving[address] = headend.sent_to(address).size();
    }
  }
  return seen;
}

class LiveChange : public testing::TestWithParam<unsigned> {};

TEST_P(LiveChange, LeavesEveryOtherChannelAsIfItHadNotBeen) {
  const Seen quiet = run(GetParam(), 0);
  const Seen changed = run(GetParam(), kChanges);
  std::size_t moved = 0;
  for (const auto& [group, datagrams] : changed.moving) moved += datagrams;
  EXPECT_GT(moved, 500U) << "what changes was on air";
  for (std::size_t i = 0; i < kSteady; ++i) {
    const auto& before = quiet.steady[i];
    const auto& after = changed.steady[i];
    ASSERT_GT(before.size(), 300U);
    ASSERT_EQ(after.size(), before.size()) << "steady" << i;
    for (std::size_t k = 0; k < before.size(); ++k) {
      ASSERT_EQ(after[k].packets, before[k].packets) << "steady" << i << ", datagram " << k;
      ASSERT_EQ(after[k].departure, before[k].departure) << "steady" << i << ", datagram " << k;
      ASSERT_EQ(after[k].source, before[k].source);
      ASSERT_EQ(after[k].rtp.has_value(), before[k].rtp.has_value());
      if (!before[k].rtp) continue;
      ASSERT_EQ(after[k].rtp->sequence, before[k].rtp->sequence);
      ASSERT_EQ(after[k].rtp->timestamp, before[k].rtp->timestamp);
      ASSERT_EQ(after[k].rtp->ssrc, before[k].rtp->ssrc);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiveChange, testing::Range(1U, 11U));

}  // namespace
}  // namespace headwater::test
