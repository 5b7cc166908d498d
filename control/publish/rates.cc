// SPDX-License-Identifier: Apache-2.0
#include "control/publish/rates.h"

namespace headwater::control {

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
  rate_ = static_cast<std::uint64_t>(static_cast<double>(packets - packets_) * bits_ / past.to_seconds());
  since_ = now;
  packets_ = packets;
}

Rates::Rates(const dataplane::channel::CounterBlocks& counters)
    : counters_(counters),
      inputs_(counters.max_inputs()),
      outputs_(counters.max_outputs()),
      scrambled_(counters.max_outputs()),
      received_(counters.max_ports(), RateMeter(RateMeter::kByteBits)),
      sent_(counters.max_ports(), RateMeter(RateMeter::kByteBits)) {}

void Rates::sample(Instant now) {
  // Ten looks a window: a stream that begins between two windows has its rate within 1.1 s.
  if (started_ && now - last_ < RateMeter::kWindow / 10) return;
  started_ = true;
  last_ = now;
  for (std::uint32_t i = 0; i < inputs_.size(); ++i)
    inputs_[i].sample(now, counters_.input(dataplane::InputSlot{i}).packets.get());
  for (std::uint32_t i = 0; i < outputs_.size(); ++i) {
    const dataplane::OutputCounters& output = counters_.output(dataplane::OutputSlot{i});
    outputs_[i].sample(now, output.emitted.get());
    scrambled_[i].sample(now, output.drop_scrambled.get());
  }
  for (std::uint32_t i = 0; i < received_.size(); ++i) {
    const dataplane::channel::PortSum sum(counters_, {i});
    received_[i].sample(now, sum.counters().received_bytes.get());
    sent_[i].sample(now, sum.counters().sent_bytes.get());
  }
}

std::uint64_t Rates::input(dataplane::InputSlot slot) const {
  return slot.index < inputs_.size() ? inputs_[slot.index].bits_per_second() : 0;
}

std::uint64_t Rates::output(dataplane::OutputSlot slot) const {
  return slot.index < outputs_.size() ? outputs_[slot.index].bits_per_second() : 0;
}

PortRates Rates::port(dataplane::PortIndex port) const {
  if (port.index >= received_.size()) return {};
  return {.received_bps = received_[port.index].bits_per_second(),
          .sent_bps = sent_[port.index].bits_per_second()};
}

std::uint64_t Rates::dropped_scrambled(dataplane::OutputSlot slot) const {
  return slot.index < scrambled_.size() ? scrambled_[slot.index].bits_per_second() : 0;
}

}  // namespace headwater::control
