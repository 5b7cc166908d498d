// SPDX-License-Identifier: Apache-2.0
//
// Histories sized by the configuration, at the edge of what it says: nothing is expelled, nothing lost.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/elementary.h"
#include "tests/support/headend/headend.h"
#include "tests/support/program_generator.h"

namespace headwater::test {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr Ticks27 kPass = Ticks27::seconds(2);

std::vector<TimedPacket> stream_of(std::uint64_t rate, Instant start, Ticks27 time) {
  ProgramGenerator generator(
      {.programs = {television(11, 0x100, rate - rate / 5)}, .rate = rate, .start = start, .first_pcr = {}});
  return generator.until(start + time);
}

void expect_nothing_missing(const Headend& headend, std::string_view channel = "one") {
  EXPECT_EQ(headend.ledger(), "");
  EXPECT_EQ(headend.output(channel).expelled.get(), 0U);
  EXPECT_EQ(headend.output(channel).late_departures.get(), 0U);
  EXPECT_EQ(headend.input("in").drop_history_full.get(), 0U);
}

class FileHistory : public testing::Test {
 protected:
  FileHistory()
      : file_(std::filesystem::temp_directory_path() /
              ("headwater_history_" + std::to_string(getpid()) + ".ts")) {}
  ~FileHistory() override { std::filesystem::remove(file_); }

  void write(std::uint64_t rate) {
    std::ofstream out(file_, std::ios::binary);
    for (const TimedPacket& packet : stream_of(rate, Instant{0}, kPass)) {
      packets_.push_back(packet.packet);
      for (const std::uint8_t byte : packet.packet) out.put(static_cast<char>(byte));
    }
  }

  // Two channels of the file.
  [[nodiscard]] std::string yaml(std::string_view sizes, std::string_view one, std::string_view two) const {
    return fmt::format(R"(
ports: {{ p: {{ device: net_null0, address: 10.0.0.1/24 }} }}
inputs: {{ in: {{ source: "file:{}", {} }} }}
channels:
  - {{ id: one, name: One, inputs: [in], delay: {}, outputs: [ {{ to: "udp://239.2.1.1:5000", port: p }} ] }}
  - {{ id: two, name: Two, inputs: [in], delay: {}, outputs: [ {{ to: "udp://239.2.1.2:5000", port: p }} ] }}
)",
                       file_.string(), sizes, one, two);
  }

  // The file does not pause while it plays; what its channels hold back follows.
  static void run_to_the_end(Headend& headend, Ticks27 playing, Ticks27 delay) {
    headend.run_until(headend.now() + playing);
    EXPECT_THAT(headend.log(), Not(Contains(HasSubstr("input.lost"))));
    headend.run_until(headend.now() + delay);
  }

  void expect_passes(const Headend& headend, const std::string& group, unsigned passes) const {
    const Elementary in = elementary_of(packets_);
    const Elementary left = elementary_of(headend.packets_to(group));
    EXPECT_EQ(left.errors, 0U);
    for (const std::uint16_t pid : {std::uint16_t{0x101}, std::uint16_t{0x102}})
      EXPECT_EQ(compare_passes(left.whole.at(pid), in.whole.at(pid), passes), "") << group << ' ' << pid;
  }

  void expect_played_whole(std::uint64_t rate, std::string_view sizes, std::string_view delay) {
    write(rate);
    HeadendOptions options;
    options.file_loops = 6;
    Headend headend(yaml(sizes, delay, "200ms"), options);
    run_to_the_end(headend, kPass * 6, Ticks27::seconds(8));
    expect_nothing_missing(headend);
    expect_passes(headend, "239.2.1.1", 4);
  }

  std::filesystem::path file_;
  std::vector<ts::Packet> packets_;
};

TEST_F(FileHistory, HoldsTwelveMegabitsByItsPcrs) {
  expect_played_whole(12'000'000, "max_rate: 12M", "200ms");
}
TEST_F(FileHistory, HoldsThirtySixMegabitsByItsPcrs) {
  expect_played_whole(36'000'000, "max_rate: 36M", "200ms");
}
TEST_F(FileHistory, HoldsARateAboveMaxRate) {
  expect_played_whole(36'000'000, "rate: 36M, max_rate: 10M", "200ms");
}
TEST_F(FileHistory, HoldsALongDelay) {
  expect_played_whole(12'000'000, "max_rate: 12M", "6s");
}
// What one channel of a file holds back, another one does not wait for.
TEST_F(FileHistory, HoldsADelayThatIsRaisedOnTheAir) {
  write(4'000'000);
  HeadendOptions options;
  options.file_loops = 20;
  Headend headend(yaml("max_rate: 8M", "200ms", "200ms"), options);
  headend.run_until(headend.now() + Ticks27::seconds(5));
  headend.apply(yaml("max_rate: 8M", "200ms", "20s"));
  run_to_the_end(headend, kPass * 20 - Ticks27::seconds(5), Ticks27::seconds(22));
  for (const std::string_view channel : {"one", "two"}) expect_nothing_missing(headend, channel);
  expect_passes(headend, "239.2.1.1", 18);
  expect_passes(headend, "239.2.1.2", 18);
}

TEST(NetworkHistory, HoldsDatagramsOfOnePacket) {
  Headend headend(R"(
ports: { p: { device: net_null0, address: 10.0.0.1/24 } }
inputs: { in: { source: "udp://239.1.1.1:5000", port: p, max_rate: 8M } }
channels: [ { id: one, name: One, inputs: [in], outputs: [ { to: "udp://239.2.1.1:5000", port: p } ] } ]
)");
  const Flow flow{{0x0A000005}, {0xEF010101}, 5000};  // 10.0.0.5 -> 239.1.1.1
  std::vector<ts::Packet> packets;
  const Instant start = headend.now();
  for (const TimedPacket& packet : stream_of(8'000'000, start, Ticks27::seconds(6))) {
    packets.push_back(packet.packet);
    headend.arrive("p", packet.sent, make_frame(flow, packet.packet));
  }
  headend.run_until(start + Ticks27::seconds(7));
  expect_nothing_missing(headend);
  const Elementary in = elementary_of(packets);
  const Elementary left = elementary_of(headend.packets_to("239.2.1.1"));
  EXPECT_EQ(left.errors, 0U);
  for (const std::uint16_t pid : {std::uint16_t{0x101}, std::uint16_t{0x102}}) {
    // All but what came before the tables.
    EXPECT_EQ(compare_tail(left.whole.at(pid), in.whole.at(pid), 90), "") << pid;
  }
}

}  // namespace
}  // namespace headwater::test
