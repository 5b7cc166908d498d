// SPDX-License-Identifier: Apache-2.0
//
// Frames that are due at one port, in order, until the device takes them: bounded, so that a device that is
// stuck costs frames and no memory. Owns the frames that it holds. One worker thread; no allocation after
// construction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "dataplane/plan/frame.h"
#include "dataplane/plan/port.h"
#include "dataplane/plan/slots.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

// Whose frame it is; nullopt: injected by control.
struct FrameOrigin {
  std::optional<OutputSlot> output;
  std::uint16_t packets = 0;
  std::uint32_t length = 0;
};

class TransmitQueue {
 public:
  explicit TransmitQueue(std::size_t capacity);  // a power of two
  ~TransmitQueue();                              // releases what it holds
  TransmitQueue(const TransmitQueue&) = delete;
  TransmitQueue& operator=(const TransmitQueue&) = delete;

  [[nodiscard]] bool full() const { return end_ - begin_ == frames_.size(); }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

  // Not full. Takes the frame over.
  void push(const Frame& frame, Instant departure, const FrameOrigin& origin);

  // Offers everything to the device in bursts; tells `sent(origin, departure)` of each frame that it took.
  template <typename Sent>
  void send(Instant now, Port& port, Sent&& sent) {
    while (begin_ != end_) {
      const std::size_t first = begin_ & mask_;
      const std::size_t offered = burst_from(first);
      const std::size_t taken = port.send(now, std::span(frames_).subspan(first, offered),
                                          std::span(departures_).subspan(first, offered));
      for (std::size_t i = first; i < first + taken; ++i) sent(origins_[i], departures_[i]);
      begin_ += taken;
      if (taken < offered) return;
    }
  }

  struct Dropped {
    std::uint64_t frames = 0, packets = 0;
  };
  // Releases the frames of one output; returns how many, and how many TS packets were in them.
  Dropped drop(OutputSlot output);

 private:
  [[nodiscard]] std::size_t burst_from(std::size_t first) const;

  std::vector<Frame> frames_;
  std::vector<Instant> departures_;
  std::vector<FrameOrigin> origins_;
  std::uint64_t mask_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;
};

}  // namespace headwater::dataplane
