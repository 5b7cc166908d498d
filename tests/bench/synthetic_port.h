// SPDX-License-Identifier: Apache-2.0
//
// A port without device: gives what was prepared when its time has come, swallows what is sent. Its pool goes
// round: the frame that is used next is the one that has been free for longest, so that what is written and
// read is as cold as the whole pool is large. One thread; no allocation once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dataplane/plan/port.h"
#include "psi/base/bytes.h"

namespace headwater::bench {

// A ring in memory taken at once. The caller sees to it that there is room.
template <typename Value>
class FixedRing {
 public:
  explicit FixedRing(std::size_t capacity)
      : values_(std::make_unique<Value[]>(capacity)), capacity_(capacity) {}
  [[nodiscard]] std::size_t size() const { return write_ - read_; }
  void push(const Value& value) { values_[write_++ % capacity_] = value; }
  [[nodiscard]] const Value& front() const { return values_[read_ % capacity_]; }
  void pop() { ++read_; }

 private:
  std::unique_ptr<Value[]> values_;
  std::size_t capacity_;
  std::size_t write_ = 0;
  std::size_t read_ = 0;
};

// Frames of 2 KiB, in huge pages where the kernel gives them.
class ColdPool final : public dataplane::FramePool {
 public:
  static constexpr std::size_t kRoom = 2048;

  explicit ColdPool(std::size_t frames);
  ~ColdPool() override;
  ColdPool(const ColdPool&) = delete;
  ColdPool& operator=(const ColdPool&) = delete;

  std::size_t allocate(std::span<dataplane::Frame> frames);
  void release(std::span<const dataplane::Frame> frames) override;
  [[nodiscard]] std::size_t free() const { return free_.size(); }

 private:
  std::uint8_t* memory_;
  std::size_t bytes_;
  FixedRing<std::uint8_t*> free_;
};

class SyntheticPort final : public dataplane::Port {
 public:
  explicit SyntheticPort(std::size_t frames) : pool_(frames), arrivals_(frames) {}

  // A frame to be received at that instant; prepared in order of time. False: the pool is empty.
  [[nodiscard]] bool prepare(Instant arrival, std::size_t length, MutableBytes& frame);
  [[nodiscard]] std::uint64_t swallowed() const { return swallowed_; }
  [[nodiscard]] std::size_t frames_free() const { return pool_.free(); }
  [[nodiscard]] std::optional<Instant> next_arrival() const;

  std::size_t receive(Instant now, std::span<dataplane::Frame> frames) override;
  std::size_t allocate(std::span<dataplane::Frame> frames) override { return pool_.allocate(frames); }
  std::size_t send(Instant now, std::span<const dataplane::Frame> frames,
                   std::span<const Instant> departures) override;

 private:
  struct Arrival {
    Instant at;
    dataplane::Frame frame;
  };
  ColdPool pool_;
  FixedRing<Arrival> arrivals_;
  std::uint64_t swallowed_ = 0;
};

}  // namespace headwater::bench
