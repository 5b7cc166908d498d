// SPDX-License-Identifier: Apache-2.0
//
// How TS packets lie in a datagram's payload: 188 bytes back to back, 192 with four bytes of time stamp in
// front (M2TS) or four of something behind, 204 with 16 of Reed-Solomon parity behind. Told by the length,
// and by where the sync bytes are. Any thread, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "psi/base/bytes.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

struct TsLayout {
  std::uint16_t stride = ts::kPacketSize;
  std::uint16_t prefix = 0;  // bytes in front of each packet
  friend bool operator==(TsLayout, TsLayout) = default;
};

struct TsPlacement {
  TsLayout layout;
  std::uint8_t count = 0;        // 1..kPacketsPerDatagram
  std::uint16_t torn_bytes = 0;  // behind the last whole packet
};

// `usual`: what this input's datagrams have been like; it decides where sync bytes do not. nullopt: no whole
// number of packets of any size, too many of them, or a torn datagram without sync bytes.
[[nodiscard]] std::optional<TsPlacement> find_packets(Bytes payload, TsLayout usual);

}  // namespace headwater::dataplane
