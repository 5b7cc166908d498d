// SPDX-License-Identifier: Apache-2.0
//
// A port in memory, for simulation: frames arrive at the instants that a test chose, and what is sent is kept
// with its time. Not for the fast path: it copies and allocates. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "dataplane/kernel/plain_pool.h"
#include "dataplane/plan/port.h"
#include "psi/base/bytes.h"

namespace headwater::dataplane {

class MemoryPort : public Port {
 public:
  struct Sent {
    Instant at;         // when the worker handed it over
    Instant departure;  // when it was due
    std::vector<std::uint8_t> bytes;
  };

  explicit MemoryPort(std::size_t frames = 8192) : pool_(frames) {}

  // The test's side. Frames that arrive at one instant come in the order of the calls.
  void arrive(Instant at, Bytes frame);
  [[nodiscard]] std::optional<Instant> next_arrival() const;
  // From now on takes that many frames in all, then none: a device whose ring is full. nullopt: any number.
  void limit_sending(std::optional<std::size_t> frames) { room_ = frames; }
  // Each frame that is sent goes there instead of into sent(): for long runs.
  void on_sent(std::function<void(const Sent&)> sink) { sink_ = std::move(sink); }
  [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
  [[nodiscard]] std::uint64_t frames_sent() const { return frames_sent_; }
  [[nodiscard]] std::size_t missed() const { return missed_; }  // arrived without a free frame, or too long
  [[nodiscard]] std::size_t frames_in_use() const { return pool_.in_use(); }

  // The worker's side.
  std::size_t receive(Instant now, std::span<Frame> frames) override;
  std::size_t allocate(std::span<Frame> frames) override { return pool_.allocate(frames); }
  std::size_t send(Instant now, std::span<const Frame> frames, std::span<const Instant> departures) override;

 private:
  PlainPool pool_;
  std::multimap<Instant, std::vector<std::uint8_t>> arrivals_;
  std::optional<std::size_t> room_;
  std::function<void(const Sent&)> sink_;
  std::vector<Sent> sent_;
  std::uint64_t frames_sent_ = 0;
  std::size_t missed_ = 0;
};

}  // namespace headwater::dataplane
