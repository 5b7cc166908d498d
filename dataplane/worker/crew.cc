// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/crew.h"

#include <new>
#include <utility>

namespace headwater::dataplane {

Crew::Crew(std::size_t workers, std::size_t outputs, std::span<StreamRecord> records)
    : workers_(workers), handovers_(workers * workers), outputs_(outputs), records_(records) {
  if (records_.empty() && outputs != 0) {
    // Zero, and no page of it taken before a stream begins there.
    own_records_.reset(static_cast<StreamRecord*>(std::calloc(outputs, sizeof(StreamRecord))));
    if (own_records_ == nullptr) throw std::bad_alloc();
    records_ = {own_records_.get(), outputs};
  }
  for (std::size_t from = 0; from < workers; ++from) {
    for (std::size_t to = 0; to < workers; ++to) {
      if (from != to) handovers_[from * workers + to] = std::make_unique<channel::HandoverRing>(kHandover);
    }
  }
}

Crew::~Crew() {
  for (const auto& ring : handovers_) {
    if (ring == nullptr) continue;
    for (const channel::HandedFrame* handed = ring->front(); handed != nullptr; handed = ring->front()) {
      handed->frame.pool->release(std::span(&handed->frame, 1));
      ring->pop();
    }
  }
  for (Output& output : outputs_) delete output.lane.load(std::memory_order_acquire);
}

void Crew::put_down(std::unique_ptr<OutputLane> lane) {
  std::atomic<OutputLane*>& place = outputs_[lane->slot().index].lane;
  place.store(lane.release(), std::memory_order_release);
}

std::unique_ptr<OutputLane> Crew::take_up(OutputSlot slot) {
  return std::unique_ptr<OutputLane>(outputs_[slot.index].lane.exchange(nullptr, std::memory_order_acquire));
}

}  // namespace headwater::dataplane
