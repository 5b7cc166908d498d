// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace headwater::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// systemd's end.
class ServiceManagerTest : public ::testing::Test {
 protected:
  ServiceManagerTest() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    const void* generic = &address;
    EXPECT_EQ(bind(socket_, static_cast<const sockaddr*>(generic), sizeof address), 0);
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~ServiceManagerTest() override {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
    close(socket_);
    unlink(path_.c_str());
  }
  std::vector<std::string> told() const {
    std::vector<std::string> messages;
    std::array<char, 256> text{};
    for (ssize_t size = 0; (size = recv(socket_, text.data(), text.size(), MSG_DONTWAIT)) >= 0;)
      messages.emplace_back(text.data(), static_cast<std::size_t>(size));
    return messages;
  }
  static Instant at_ms(std::int64_t ms) { return Instant{0} + Ticks27::milliseconds(ms); }

  const std::string path_ = testing::TempDir() + "notify-" + std::to_string(getpid());
  const int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

TEST_F(ServiceManagerTest, IsToldOfBeginningAndEnd) {
  ServiceManager manager;
  manager.ready("two channels");
  EXPECT_THAT(told(), ElementsAre("READY=1\nSTATUS=two channels"));
  manager.tick(at_ms(0), true);
  EXPECT_THAT(told(), IsEmpty()) << "no watchdog";
  manager.stopping();
  EXPECT_THAT(told(), ElementsAre("STOPPING=1"));
}

TEST_F(ServiceManagerTest, HearsOfUsThreeTimesAnIntervalWhileAllTurns) {
  setenv("WATCHDOG_USEC", "3000000", 1);
  ServiceManager manager;
  manager.tick(at_ms(0), true);
  EXPECT_THAT(told(), ElementsAre("WATCHDOG=1"));
  manager.tick(at_ms(999), true);
  EXPECT_THAT(told(), IsEmpty());
  manager.tick(at_ms(1'000), true);
  EXPECT_THAT(told(), ElementsAre("WATCHDOG=1"));
  manager.tick(at_ms(9'000), false);
  EXPECT_THAT(told(), IsEmpty()) << "a worker stands still";
  manager.tick(at_ms(9'010), true);
  EXPECT_THAT(told(), ElementsAre("WATCHDOG=1"));
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotOurs) {
  setenv("WATCHDOG_USEC", "3000000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  ServiceManager manager;
  manager.tick(at_ms(0), true);
  EXPECT_THAT(told(), IsEmpty());
}

}  // namespace
}  // namespace headwater::daemon
