// SPDX-License-Identifier: Apache-2.0
//
// An input that dies and comes back, through the whole headend: what the operator is told, and that a set-top
// box finds the channel as it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/elementary.h"
#include "tests/support/headend/play.h"

namespace headwater::test {
namespace {

using control::ChannelState;
using testing::Contains;
using testing::HasSubstr;

ProgramGenerator television_from(Instant start) {
  return ProgramGenerator(
      {.programs = {television(11, 0x100, 2'000'000)}, .rate = 3'000'000, .start = start, .first_pcr = {}});
}

const Flow kFlow{{0x0A000005}, {0xEF010101}, 5000};  // 10.0.0.5 -> 239.1.1.1

TEST(Silence, OfANetworkInputChangesNoPlanAndEndsByItself) {
  Headend headend(R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs: { a: { source: "udp://239.1.1.1:5000", port: p } }
channels: [ { id: one, name: One, inputs: [a], outputs: [ { to: "udp://239.2.1.1:5000", port: p } ] } ]
)");
  const Instant start = headend.now();
  const auto after = [start](std::int64_t ms) { return start + Ticks27::milliseconds(ms); };
  ProgramGenerator encoder = television_from(start);
  play(headend, "p", kFlow, encoder.until(after(5000)));
  encoder.until(after(15'000));  // the link is down
  play(headend, "p", kFlow, encoder.until(after(20'000)));

  headend.run_until(after(4900));
  ASSERT_EQ(headend.channel("one").state, ChannelState::kOnAir);
  const auto plan = headend.conductor().plan();
  headend.run_until(after(6200));
  const control::ChannelStatus silent = headend.channel("one");
  EXPECT_EQ(silent.state, ChannelState::kWaiting);
  EXPECT_THAT(silent.reason, HasSubstr("no valid packets"));
  EXPECT_NE(silent.on_air, nullptr);
  EXPECT_EQ(headend.conductor().plan(), plan);
  EXPECT_THAT(headend.log(), Contains(HasSubstr("event=input.lost input=a")));

  headend.run_until(after(15'100));
  EXPECT_EQ(headend.channel("one").state, ChannelState::kOnAir);
  EXPECT_THAT(headend.log(), Contains(HasSubstr("event=input.back input=a")));
  headend.run_until(after(21'000));
  EXPECT_EQ(headend.conductor().plan(), plan) << "nothing renumbered, no version stepped";
  EXPECT_EQ(headend.ledger(), "");
  const Elementary out = elementary_of(headend.packets_to("239.2.1.1"));
  EXPECT_EQ(out.errors, 0U);
}

TEST(Silence, OfAFileThatHasEndedIsSaid) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("headwater_silence_" + std::to_string(getpid()) + ".ts");
  {
    std::ofstream out(file, std::ios::binary);
    for (const TimedPacket& packet : television_from(Instant{0}).until(Instant{0} + Ticks27::seconds(4)))
      for (const std::uint8_t byte : packet.packet) out.put(static_cast<char>(byte));
  }
  HeadendOptions options;
  options.file_loops = 1;
  Headend headend(
      "ports: { p: { device: net_null0, address: 10.0.0.1/24 } }\n"
      "inputs: { a: { source: \"file:" +
          file.string() +
          "\" } }\n"
          "channels: [ { id: one, name: One, inputs: [a],\n"
          "  outputs: [ { to: \"udp://239.2.1.1:5000\", port: p } ] } ]\n",
      options);
  const Instant start = headend.now();
  headend.run_until(start + Ticks27::seconds(4));
  EXPECT_EQ(headend.channel("one").state, ChannelState::kOnAir);
  const auto plan = headend.conductor().plan();
  headend.run_until(start + Ticks27::seconds(6));
  EXPECT_EQ(headend.channel("one").state, ChannelState::kWaiting);
  EXPECT_THAT(headend.channel("one").reason, HasSubstr("no valid packets"));
  EXPECT_EQ(headend.conductor().plan(), plan);
  EXPECT_EQ(headend.ledger(), "");
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace headwater::test
