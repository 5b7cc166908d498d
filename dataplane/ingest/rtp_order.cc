// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/rtp_order.h"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <utility>

namespace headwater::dataplane {

RtpOrder::~RtpOrder() {
  end();
}

void RtpOrder::end() {
  for (Slot& each : held_) {
    if (std::exchange(each.used, false)) each.packet.frame.pool->release(std::span(&each.packet.frame, 1));
  }
  held_count_ = 0;
}

bool RtpOrder::is_restart(const RtpPacket& packet) const {
  return packet.ssrc != ssrc_ || std::abs(ahead(packet.sequence)) > kJump;
}

void RtpOrder::begin(const RtpPacket& packet) {
  begun_ = true;
  next_ = packet.sequence;
  highest_ = packet.sequence;
  ssrc_ = packet.ssrc;
  late_run_ = 0;
  lost_before_next_ = 0;
  received_.reset();
}

void RtpOrder::skip_to(std::uint16_t sequence) {
  const int missing = ahead(sequence);
  if (missing <= 0) return;
  if (missing >= static_cast<int>(kWindow)) {
    received_.reset();
  } else {
    for (std::uint16_t each = next_; each != sequence; ++each) received_[each % kWindow] = false;
  }
  next_ = sequence;
  events_.lost += static_cast<std::uint64_t>(missing);
  lost_before_next_ += static_cast<std::uint32_t>(missing);
}

// What waits longest need not be what is due first.
void RtpOrder::update_waiting() {
  bool any = false;
  for (std::size_t k = 0; k < kWindow && held_count_ > 0; ++k) {
    const Slot& each = held_[k];
    if (!each.used) continue;
    if (!any || each.packet.arrival < waiting_since_) waiting_since_ = each.packet.arrival;
    any = true;
  }
}

std::optional<Instant> RtpOrder::waiting_since() const {
  if (held_count_ == 0) return std::nullopt;
  return waiting_since_;
}

}  // namespace headwater::dataplane
