// SPDX-License-Identifier: Apache-2.0
//
// Ports for benches: they give what was prepared when its time has come, and swallow what is sent. One
// thread; no allocation once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "dataplane/dpdk/port.h"
#include "dataplane/plan/counters.h"
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

class BenchPort : public dataplane::Port {
 public:
  explicit BenchPort(std::size_t frames) : arrivals_(frames) {}

  // A frame to be received at that instant; prepared in order of time. False: no frame is free.
  [[nodiscard]] bool prepare(Instant arrival, std::size_t length, MutableBytes& frame);
  [[nodiscard]] std::optional<Instant> next_arrival() const;
  std::size_t receive(Instant now, std::span<dataplane::Frame> frames) override;

 private:
  struct Arrival {
    Instant at;
    dataplane::Frame frame;
  };
  FixedRing<Arrival> arrivals_;
};

// Frames of 2 KiB, in huge pages where the kernel gives them. It goes round: the frame that is used next is
// the one that has been free for longest, so that what is written and read is as cold as the whole pool is
// large.
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

// Without any device.
class SyntheticPort final : public BenchPort {
 public:
  explicit SyntheticPort(std::size_t frames) : BenchPort(frames), pool_(frames) {}

  std::size_t allocate(std::span<dataplane::Frame> frames) override { return pool_.allocate(frames); }
  std::size_t send(Instant now, std::span<const dataplane::Frame> frames,
                   std::span<const Instant> departures) override;

 private:
  ColdPool pool_;
};

// On DPDK's net_null: mbufs of its pool, its send queue, and for each frame that is received its receive
// queue, which gives frames of nothing that go back at once.
class NullDevicePort final : public BenchPort {
 public:
  // The Eal runs. Throws where the device does not open.
  NullDevicePort(std::uint32_t index, std::size_t frames);
  // Of the Eal's memory.
  [[nodiscard]] static std::uint64_t memory_of(std::size_t frames);

  std::size_t receive(Instant now, std::span<dataplane::Frame> frames) override;
  std::size_t allocate(std::span<dataplane::Frame> frames) override {
    return device_->queue(0).allocate(frames);
  }
  std::size_t send(Instant now, std::span<const dataplane::Frame> frames,
                   std::span<const Instant> departures) override {
    return device_->queue(0).send(now, frames, departures);
  }

 private:
  dataplane::PortCounters counters_;
  std::unique_ptr<dataplane::dpdk::DpdkPort> device_;
};

}  // namespace headwater::bench
