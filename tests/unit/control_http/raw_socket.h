// SPDX-License-Identifier: Apache-2.0
//
// A Unix socket by plain system calls, to say to a server what no decent client would; and a folder of its
// own for each test.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace headwater::control::http {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "hw-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

class RawSocket {
 public:
  explicit RawSocket(const std::string& path)
      : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    // No test waits longer, whatever goes wrong.
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const sockaddr_un address = address_of(path);
    connected_ = ::connect(descriptor_, as_sockaddr(&address), sizeof address) == 0;
  }
  ~RawSocket() { ::close(descriptor_); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  // False once the peer does not take it any more.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() const { ::shutdown(descriptor_, SHUT_WR); }

  // One answer: its header, and as much body as Content-Length says. Shorter: the peer closed.
  [[nodiscard]] std::string read_answer() {
    while (pending_.find("\r\n\r\n") == std::string::npos) {
      if (!read_more()) return std::exchange(pending_, {});
    }
    std::size_t end = pending_.find("\r\n\r\n") + 4;
    constexpr std::string_view kLength = "Content-Length: ";
    if (const std::size_t at = pending_.find(kLength); at < end) {
      end += std::strtoull(pending_.c_str() + at + kLength.size(), nullptr, 10);
    }
    while (pending_.size() < end && read_more()) {
    }
    end = std::min(end, pending_.size());
    std::string answer = pending_.substr(0, end);
    pending_.erase(0, end);
    return answer;
  }
  // All there is until the peer closes.
  [[nodiscard]] std::string read_to_end() {
    while (read_more()) {
    }
    return std::exchange(pending_, {});
  }

  static sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), std::min(path.size(), sizeof address.sun_path - 1));
    return address;
  }
  static const sockaddr* as_sockaddr(const sockaddr_un* address) {
    const void* generic = address;
    return static_cast<const sockaddr*>(generic);
  }

 private:
  bool read_more() {
    char buffer[4096];
    const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  int descriptor_;
  bool connected_ = false;
  std::string pending_;
};

}  // namespace headwater::control::http
