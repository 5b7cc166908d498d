// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/crew.h"

#include <new>

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
}

}  // namespace headwater::dataplane
