// SPDX-License-Identifier: Apache-2.0
#include "dataplane/mux/reader.h"

namespace headwater::dataplane {

void HistoryReader::join(History& history, Instant from) {
  history_ = &history;
  cursor_ = {history.begin(), 0};
  for (const HistoryPacket* packet = peek(); packet != nullptr && packet->due < from; packet = peek()) {
    ++cursor_.packet;
  }
  seen_ = history.position(cursor_);
  count_offered();
}

void HistoryReader::leave() {
  history_ = nullptr;
  counters_.history_held.set(0);
}

void HistoryReader::count_offered() {
  counters_.offered.add(history_->end_position() - seen_);
  seen_ = history_->end_position();
  settle();
}

const HistoryPacket* HistoryReader::peek() {
  while (cursor_.frame != history_->end()) {
    const HistoryFrame& frame = history_->at(cursor_.frame);
    if (cursor_.packet < frame.count) return &frame.packets[cursor_.packet];
    ++cursor_.frame;
    cursor_.packet = 0;
  }
  return nullptr;
}

const std::uint8_t* HistoryReader::bytes() const {
  const HistoryFrame& frame = history_->at(cursor_.frame);
  return frame.frame.data + frame.packets[cursor_.packet].offset;
}

void HistoryReader::pass_over() {
  counters_.passed_over.add();
  ++cursor_.packet;
}

void HistoryReader::copy() {
  counters_.copies_in.add();
  ++cursor_.packet;
}

void HistoryReader::expel_before(std::uint64_t sequence) {
  if (cursor_.frame >= sequence) return;
  const History::Cursor to{sequence, 0};
  counters_.expelled.add(history_->position(to) - history_->position(cursor_));
  cursor_ = to;
  settle();
}

void HistoryReader::settle() {
  history_->taken(cursor_);
  counters_.history_held.set(
      static_cast<std::int64_t>(history_->end_position() - history_->position(cursor_)));
}

}  // namespace headwater::dataplane
