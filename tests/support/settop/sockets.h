// SPDX-License-Identifier: Apache-2.0
//
// The set-top box's side of the kernel: joins groups and receives datagrams with the kernel's own arrival
// times; or counts what reaches the interface at all. One thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"

namespace headwater::settop {

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket();
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

struct Endpoint {
  wire::Ipv4Address address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

  static std::optional<Endpoint> parse(const std::string& text);  // "239.1.2.3:5000"
  [[nodiscard]] std::string to_string() const;
};

// Now, on the clock that arrivals are stamped with.
Instant wall_clock();

// Joined (where the address is a group), bound, stamping arrivals.
std::expected<Socket, std::string> open_receiver(const Endpoint& endpoint,
                                                 const std::optional<wire::Ipv4Address>& source,
                                                 const std::string& interface);

class Receiver {
 public:
  explicit Receiver(Socket socket);
  // Waits up to 100 ms, then takes what there is. False on an error, errno says which.
  bool poll(const std::function<void(Instant arrival, Bytes payload)>& sink);
  // The same without waiting, up to 64 datagrams.
  bool take(const std::function<void(Instant arrival, Bytes payload)>& sink);
  [[nodiscard]] std::uint64_t drops() const { return drops_; }

 private:
  Socket socket_;
  std::uint64_t drops_ = 0;  // of the socket's buffer, by the kernel's count
  std::vector<std::uint8_t> buffers_;
};

// Counts the multicast UDP frames that reach an interface, whoever joined them. Link-local groups (224.0.0.x,
// always forwarded) are left out.
class FrameCount {
 public:
  static std::expected<FrameCount, std::string> open(const std::string& interface);
  bool poll();
  [[nodiscard]] const std::map<Endpoint, std::uint64_t>& frames() const { return frames_; }

 private:
  explicit FrameCount(Socket socket) : socket_(std::move(socket)) {}
  Socket socket_;
  std::map<Endpoint, std::uint64_t> frames_;
};

}  // namespace headwater::settop
