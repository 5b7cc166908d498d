// SPDX-License-Identifier: Apache-2.0
//
// Frames as no encoder would send them: built right, then spoilt, and put on a host's wire byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/wire/address.h"
#include "psi/base/bytes.h"
#include "tests/system/lab.h"

namespace headwater::test {

using RawFrame = std::vector<std::uint8_t>;

// Offsets in an untagged frame without IP options.
inline constexpr std::size_t kIpAt = 14, kUdpAt = 34, kPayloadAt = 42;

struct RawAddress {
  wire::MacAddress to;
  wire::Ipv4Address source, destination;
  std::uint16_t port = 0;  // of both sides
};

// With right lengths and checksums.
[[nodiscard]] RawFrame udp_frame(const RawAddress& address, Bytes payload);
// Any protocol on IPv4, with a right header; `options`: a multiple of 4 bytes, at most 40.
[[nodiscard]] RawFrame ipv4_frame(const RawAddress& address, std::uint8_t protocol, Bytes payload,
                                  Bytes options = {});
// After the IPv4 header was changed: its checksum is right again.
void right_ipv4_checksum(RawFrame& frame);

// A packet socket on an interface of a host.
class RawSender {
 public:
  RawSender(const Lab& lab, const std::string& host, const std::string& interface);
  ~RawSender();
  RawSender(const RawSender&) = delete;
  RawSender& operator=(const RawSender&) = delete;
  void send(Bytes frame) const;  // throws where the kernel refuses it

 private:
  int socket_ = -1;
};

}  // namespace headwater::test
