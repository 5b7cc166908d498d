// SPDX-License-Identifier: Apache-2.0
//
// Bit rates out of counters that only grow: a rate is taken over at least a second, in bit/s of 188-byte
// packets for inputs and outputs, of frames for ports. Time is an argument. Control thread.
#pragma once

#include <cstdint>
#include <vector>

#include "dataplane/channel/counter_blocks.h"
#include "psi/base/ticks.h"

namespace headwater::control {

class RateMeter {
 public:
  static constexpr Ticks27 kWindow = Ticks27::seconds(1);

  static constexpr double kPacketBits = 188 * 8;
  static constexpr double kByteBits = 8;
  explicit RateMeter(double bits = kPacketBits) : bits_(bits) {}

  // `packets` is a counter's value at `now`, of things of `bits` bits. One that fell (its slot passed to
  // another stream) starts anew.
  void sample(Instant now, std::uint64_t packets);
  [[nodiscard]] std::uint64_t bits_per_second() const { return rate_; }

 private:
  double bits_;
  bool started_ = false;
  Instant since_{0};
  std::uint64_t packets_ = 0;
  std::uint64_t rate_ = 0;
};

struct PortRates {
  std::uint64_t received_bps = 0, sent_bps = 0;
};

// The rates of every slot. `counters` outlives it.
class Rates {
 public:
  explicit Rates(const dataplane::channel::CounterBlocks& counters);

  // Cheap before a window is over; call it in every turn.
  void sample(Instant now);
  [[nodiscard]] std::uint64_t input(dataplane::InputSlot slot) const;
  [[nodiscard]] std::uint64_t output(dataplane::OutputSlot slot) const;
  // What the output drops because it is scrambled.
  [[nodiscard]] std::uint64_t dropped_scrambled(dataplane::OutputSlot slot) const;
  [[nodiscard]] PortRates port(dataplane::PortIndex port) const;

 private:
  const dataplane::channel::CounterBlocks& counters_;
  bool started_ = false;
  Instant last_{0};
  std::vector<RateMeter> inputs_;
  std::vector<RateMeter> outputs_;
  std::vector<RateMeter> scrambled_;
  std::vector<RateMeter> received_, sent_;  // by PortIndex
};

}  // namespace headwater::control
