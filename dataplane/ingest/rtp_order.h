// SPDX-License-Identifier: Apache-2.0
//
// RTP packets back in order: holds what came too early, at most kWindow packets and for at most the reorder
// window, then gives up on what is missing. Duplicates and what comes after the giving up are told apart and
// refused. A new SSRC, a jump or a long run of late packets is a sender that started again. Owns the frames
// that it holds. One worker thread; memory is taken at construction.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "dataplane/ingest/ts_layout.h"
#include "dataplane/plan/frame.h"
#include "dataplane/plan/plan.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

struct RtpPacket {
  Frame frame;
  Instant arrival;
  std::uint16_t offset = 0;  // of the RTP payload, in the frame
  TsPlacement placement;     // of the TS packets in it
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

class RtpOrder {
 public:
  static constexpr std::size_t kWindow = InputPlan::kReorderFrames;
  // RFC 3550 A.1 has 3000 (MAX_DROPOUT) and 100 (MAX_MISORDER).
  static constexpr int kJump = 3000;
  static constexpr int kLateRun = 100;

  enum class Verdict : std::uint8_t {
    kTaken,      // delivered, or held
    kDuplicate,  // the caller keeps the frame
    kLate,       // the same
  };
  struct Events {
    std::uint64_t lost = 0, reordered = 0, restarts = 0;
  };

  RtpOrder() : held_(kWindow) {}
  ~RtpOrder();
  RtpOrder(const RtpOrder&) = delete;
  RtpOrder& operator=(const RtpOrder&) = delete;

  // deliver(const RtpPacket&, lost): the frame is the callee's; `lost` packets are missing before it.
  template <typename Deliver>
  Verdict push(const RtpPacket& packet, Deliver&& deliver);
  // Gives up on gaps that were waited for long enough.
  template <typename Deliver>
  void expire(Instant now, Ticks27 window, Deliver&& deliver);
  // Delivers all that is held.
  template <typename Deliver>
  void flush(Deliver&& deliver);
  // Releases what is held.
  void end();

  [[nodiscard]] std::size_t held() const { return held_count_; }
  // Since when the oldest held packet waits.
  [[nodiscard]] std::optional<Instant> waiting_since() const;
  [[nodiscard]] const Events& events() const { return events_; }

 private:
  struct Slot {
    bool used = false;
    RtpPacket packet;
  };
  [[nodiscard]] Slot& slot(std::uint16_t sequence) { return held_[sequence % kWindow]; }
  [[nodiscard]] int ahead(std::uint16_t sequence) const {
    return static_cast<std::int16_t>(static_cast<std::uint16_t>(sequence - next_));
  }
  // True: the sender started again, and order begins at this packet.
  [[nodiscard]] bool is_restart(const RtpPacket& packet) const;
  void begin(const RtpPacket& packet);
  // Gives up on all before `sequence` at once, where nothing is held.
  void skip_to(std::uint16_t sequence);
  void update_waiting();
  template <typename Deliver>
  void hand_over(const RtpPacket& packet, Deliver&& deliver);
  template <typename Deliver>
  void step(Deliver&& deliver);
  template <typename Deliver>
  void drain(Deliver&& deliver);

  std::vector<Slot> held_;
  std::size_t held_count_ = 0;
  bool begun_ = false;
  std::uint16_t next_ = 0;     // sequence that is due
  std::uint16_t highest_ = 0;  // newest seen
  std::uint32_t ssrc_ = 0;
  int late_run_ = 0;
  std::uint32_t lost_before_next_ = 0;
  std::bitset<kWindow> received_;  // of the kWindow sequences before next_
  Instant waiting_since_;
  Events events_;
};

template <typename Deliver>
RtpOrder::Verdict RtpOrder::push(const RtpPacket& packet, Deliver&& deliver) {
  if (!begun_) {
    begin(packet);
  } else if (is_restart(packet)) {
    flush(deliver);
    ++events_.restarts;
    begin(packet);
  }
  const int distance = ahead(packet.sequence);
  if (distance < 0) {
    const bool known = distance >= -static_cast<int>(kWindow);
    if (known && received_[packet.sequence % kWindow]) return Verdict::kDuplicate;
    if (++late_run_ < kLateRun) return Verdict::kLate;
    flush(deliver);
    ++events_.restarts;
    begin(packet);
  } else if (distance > 0 && distance < static_cast<int>(kWindow) && slot(packet.sequence).used) {
    return Verdict::kDuplicate;
  }
  late_run_ = 0;
  if (static_cast<std::int16_t>(static_cast<std::uint16_t>(packet.sequence - highest_)) < 0) {
    ++events_.reordered;
  } else {
    highest_ = packet.sequence;
  }
  if (ahead(packet.sequence) >= static_cast<int>(kWindow)) {
    while (held_count_ > 0 && ahead(packet.sequence) >= static_cast<int>(kWindow)) step(deliver);
    skip_to(static_cast<std::uint16_t>(packet.sequence - (kWindow - 1)));
    drain(deliver);
  }
  if (packet.sequence == next_) {
    hand_over(packet, deliver);
    drain(deliver);
    return Verdict::kTaken;
  }
  slot(packet.sequence) = {.used = true, .packet = packet};
  if (held_count_++ == 0 || packet.arrival < waiting_since_) waiting_since_ = packet.arrival;
  return Verdict::kTaken;
}

template <typename Deliver>
void RtpOrder::expire(Instant now, Ticks27 window, Deliver&& deliver) {
  while (held_count_ > 0 && now - waiting_since_ >= window) {
    while (!slot(next_).used) step(deliver);
    drain(deliver);
  }
}

template <typename Deliver>
void RtpOrder::flush(Deliver&& deliver) {
  while (held_count_ > 0) step(deliver);
}

template <typename Deliver>
void RtpOrder::hand_over(const RtpPacket& packet, Deliver&& deliver) {
  received_[next_ % kWindow] = true;
  ++next_;
  deliver(packet, lost_before_next_);
  lost_before_next_ = 0;
}

// Past the sequence that is due, there or not.
template <typename Deliver>
void RtpOrder::step(Deliver&& deliver) {
  Slot& due = slot(next_);
  if (due.used) {
    due.used = false;
    --held_count_;
    hand_over(due.packet, deliver);
    return;
  }
  received_[next_ % kWindow] = false;
  ++next_;
  ++events_.lost;
  ++lost_before_next_;
}

template <typename Deliver>
void RtpOrder::drain(Deliver&& deliver) {
  while (held_count_ > 0 && slot(next_).used) step(deliver);
  update_waiting();
}

}  // namespace headwater::dataplane
