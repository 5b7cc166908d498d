// SPDX-License-Identifier: Apache-2.0
//
// What `hwgen play` makes of a network that does not take its datagrams: an encoder would lose them and go
// on.
#include "tools/hwgen/play.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "tests/support/program_generator.h"
#include "tools/hwgen/sender.h"

namespace headwater::hwgen {
namespace {

constexpr wire::Ipv4Address kLoopback{0x7F000001};

// A UDP socket on a free port of the loopback.
class Listener {
 public:
  Listener() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(kLoopback.value);
    socklen_t size = sizeof address;
    void* generic = &address;
    EXPECT_EQ(bind(socket_, static_cast<sockaddr*>(generic), size), 0);
    EXPECT_EQ(getsockname(socket_, static_cast<sockaddr*>(generic), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { close(socket_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::size_t datagrams() const {
    std::array<char, 2048> buffer;
    std::size_t count = 0;
    while (recv(socket_, buffer.data(), buffer.size(), 0) > 0) ++count;
    return count;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

class Play : public ::testing::Test {
 protected:
  // 70 packets: ten datagrams.
  Play() : file(std::filesystem::path(testing::TempDir()) / fmt::format("hwgen-play-{}.ts", getpid())) {
    test::StreamPlan plan;
    plan.programs = {test::television(1, 0x100, 1'500'000)};
    plan.rate = 2'000'000;
    test::ProgramGenerator generator(plan);
    std::ofstream out(file, std::ios::binary);
    for (int i = 0; i < 70; ++i) {
      for (const std::uint8_t byte : generator.next().packet) out.put(static_cast<char>(byte));
    }
  }
  ~Play() override { std::filesystem::remove(file); }

  PlayOptions once_to(std::initializer_list<std::uint16_t> ports) const {
    PlayOptions options;
    options.once = true;
    options.rate = 100'000'000;
    for (const std::uint16_t port : ports) {
      options.items.push_back({.file = file, .target = {.rtp = false, .address = kLoopback, .port = port}});
    }
    return options;
  }

  std::filesystem::path file;
};

TEST_F(Play, ARefusedStreamIsCountedLostAndTheOthersGoOn) {
  const Listener taken;
  std::uint16_t refused = 0;
  {
    const Listener gone;
    refused = gone.port();
  }
  testing::internal::CaptureStderr();
  const auto played = play(once_to({refused, taken.port()}));
  const std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(played) << played.error();
  EXPECT_EQ(taken.datagrams(), 10U);
  ASSERT_EQ(played->size(), 2U);
  const PlayedStream& first = (*played)[0];
  EXPECT_EQ(first.url, fmt::format("udp://127.0.0.1:{}", refused));
  EXPECT_GT(first.lost, 1U);
  EXPECT_EQ(first.sent + first.lost, 10U);
  EXPECT_EQ((*played)[1].sent, 10U);
  EXPECT_EQ((*played)[1].lost, 0U);
  const std::string once = first.url + ": ";
  EXPECT_EQ(said.find(once), said.rfind(once)) << "said once a stream: " << said;
  EXPECT_THAT(said, testing::HasSubstr(once + "Connection refused"));
}

TEST(SendErrors, TheNetworksAreLossesAndOthersEndThePlay) {
  for (const int error : {ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, ENOBUFS}) {
    EXPECT_TRUE(is_loss(error)) << error;
  }
  for (const int error : {EMSGSIZE, EBADF, EACCES, EINVAL}) EXPECT_FALSE(is_loss(error)) << error;
}

TEST(Summary, SaysHowManyWereLostAndWhere) {
  EXPECT_EQ(summary({{"udp://239.1.1.1:5000", 10, 0}}), "10 datagrams sent");
  EXPECT_EQ(summary({{"udp://239.1.1.1:5000", 10, 0}, {"rtp://10.0.0.1:5000", 5, 7}}),
            "15 datagrams sent, 7 lost (rtp://10.0.0.1:5000 7)");
}

}  // namespace
}  // namespace headwater::hwgen
