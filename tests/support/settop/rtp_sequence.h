// SPDX-License-Identifier: Apache-2.0
//
// Loss, order and repetition by RTP sequence numbers, as a receiver without reorder buffer sees them. One
// thread.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

namespace headwater::settop {

class RtpSequence {
 public:
  void add(std::uint16_t sequence, std::uint32_t ssrc) {
    if (!started_ || ssrc != ssrc_) {
      if (started_) ++restarts;
      started_ = true;
      ssrc_ = ssrc;
      seen_.reset();
      highest_ = sequence;
      seen_.set(sequence);
      return;
    }
    const auto ahead = static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - highest_));
    if (ahead > 0) {
      lost += ahead - 1;
      for (int i = 1; i <= ahead; ++i) seen_.reset(static_cast<std::uint16_t>(highest_ + i));
      highest_ = sequence;
      seen_.set(sequence);
    } else if (seen_.test(sequence)) {
      ++duplicates;
    } else {  // late, not lost
      seen_.set(sequence);
      --lost;
      ++reordered;
    }
  }

  // Of the last packet.
  [[nodiscard]] std::optional<std::uint32_t> ssrc() const {
    return started_ ? std::optional(ssrc_) : std::nullopt;
  }

  std::int64_t lost = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t reordered = 0;
  std::uint64_t restarts = 0;  // another SSRC

 private:
  bool started_ = false;
  std::uint32_t ssrc_ = 0;
  std::uint16_t highest_ = 0;
  std::bitset<65536> seen_;
};

}  // namespace headwater::settop
