// SPDX-License-Identifier: Apache-2.0
#include "tests/support/headend/play.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace headwater::test {

void play(Headend& headend, std::string_view port, const Flow& flow, const std::vector<TimedPacket>& packets,
          Ticks27 jitter) {
  std::minstd_rand random(7);
  Instant arrival;
  for (std::size_t at = 0; at < packets.size(); at += 7) {
    const std::size_t end = std::min(at + 7, packets.size());
    std::vector<std::uint8_t> payload;
    for (std::size_t index = at; index < end; ++index) {
      payload.insert(payload.end(), packets[index].packet.begin(), packets[index].packet.end());
    }
    const auto late = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(jitter.value + 1));
    arrival = std::max(arrival, packets[end - 1].sent + Ticks27{late});
    headend.arrive(port, arrival, make_frame(flow, payload));
  }
}

}  // namespace headwater::test
