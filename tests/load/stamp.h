// SPDX-License-Identifier: Apache-2.0
//
// The mark that an encoder leaves at the end of each elementary packet, and what a receiver finds by it.
// Continuity counters and RTP sequence numbers of a headend's outputs are its own and say nothing of what it
// never got. One thread.
#pragma once

#include <cstdint>
#include <optional>

#include "psi/ts/packet.h"

namespace headwater::test {

inline constexpr std::size_t kStampSize = 6;

inline void stamp_encoder(ts::MutablePacketBytes packet, std::uint16_t encoder) {
  store_be16(&packet[ts::kPacketSize - kStampSize], encoder);
}
inline void stamp_count(ts::MutablePacketBytes packet, std::uint32_t count) {
  store_be32(&packet[ts::kPacketSize - 4], count);
}

// Of one encoder's packets as they come: each is to have the count behind that of the one before.
class StampCheck {
 public:
  explicit StampCheck(std::uint16_t encoder) : encoder_(encoder) {}

  void add(ts::PacketBytes packet) {
    if (load_be16(&packet[ts::kPacketSize - kStampSize]) != encoder_) {
      ++strangers;
      return;
    }
    ++packets;
    const std::uint32_t count = load_be32(&packet[ts::kPacketSize - 4]);
    if (last && count <= *last) {
      ++again;
      return;
    }
    if (last) lost += count - *last - 1;
    last = count;
  }

  std::uint64_t packets = 0;
  std::uint64_t lost = 0;
  std::uint64_t again = 0;      // twice, or behind a later one
  std::uint64_t strangers = 0;  // of another encoder
  std::optional<std::uint32_t> last;

 private:
  std::uint16_t encoder_;
};

}  // namespace headwater::test
