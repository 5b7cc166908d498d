// SPDX-License-Identifier: Apache-2.0
#include "control/publish/rates.h"

namespace headwater::control {

namespace {
constexpr double kBitsPerPacket = 188 * 8;
}

void RateMeter::sample(Instant now, std::uint64_t packets) {
  if (!started_ || packets < packets_) {
    started_ = true;
    since_ = now;
    packets_ = packets;
    rate_ = 0;
    return;
  }
  const Ticks27 past = now - since_;
  if (past < kWindow) return;
  rate_ = static_cast<std::uint64_t>(static_cast<double>(packets - packets_) * kBitsPerPacket /
                                     past.to_seconds());
  since_ = now;
  packets_ = packets;
}

Rates::Rates(const dataplane::channel::CounterBlocks& counters)
    : counters_(counters), inputs_(counters.max_inputs()), outputs_(counters.max_outputs()) {}

void Rates::sample(Instant now) {
  // Ten looks a window: a stream that begins between two windows has its rate within 1.1 s.
  if (started_ && now - last_ < RateMeter::kWindow / 10) return;
  started_ = true;
  last_ = now;
  for (std::uint32_t i = 0; i < inputs_.size(); ++i)
    inputs_[i].sample(now, counters_.input(dataplane::InputSlot{i}).packets.get());
  for (std::uint32_t i = 0; i < outputs_.size(); ++i)
    outputs_[i].sample(now, counters_.output(dataplane::OutputSlot{i}).emitted.get());
}

std::uint64_t Rates::input(dataplane::InputSlot slot) const {
  return slot.index < inputs_.size() ? inputs_[slot.index].bits_per_second() : 0;
}

std::uint64_t Rates::output(dataplane::OutputSlot slot) const {
  return slot.index < outputs_.size() ? outputs_[slot.index].bits_per_second() : 0;
}

}  // namespace headwater::control
