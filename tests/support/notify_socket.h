// SPDX-License-Identifier: Apache-2.0
//
// systemd's end of sd_notify(3): hears what this process, or one that it starts, tells its service manager.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

namespace headwater::test {

class NotifySocket {
 public:
  NotifySocket() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, sizeof address.sun_path - 1);
    const void* generic = &address;
    EXPECT_EQ(bind(socket_, static_cast<const sockaddr*>(generic), sizeof address), 0) << path_;
    setenv("NOTIFY_SOCKET", path_.c_str(), 1);
  }
  ~NotifySocket() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) unsetenv(name);
    close(socket_);
    unlink(path_.c_str());
  }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Since it was last asked.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> messages;
    std::array<char, 256> text{};
    for (ssize_t size = 0; (size = recv(socket_, text.data(), text.size(), MSG_DONTWAIT)) >= 0;)
      messages.emplace_back(text.data(), static_cast<std::size_t>(size));
    return messages;
  }

 private:
  const std::string path_ = testing::TempDir() + "notify-" + std::to_string(getpid());
  const int socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace headwater::test
