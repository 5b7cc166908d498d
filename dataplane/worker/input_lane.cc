// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/input_lane.h"

#include <algorithm>
#include <utility>

namespace headwater::dataplane {

void InputLane::add_reader(OutputLane& reader) {
  reader.previous_reader = last_reader_;
  (last_reader_ != nullptr ? last_reader_->next_reader : first_reader_) = &reader;
  last_reader_ = &reader;
}

void InputLane::remove_reader(OutputLane& reader) {
  OutputLane*& before =
      reader.previous_reader != nullptr ? reader.previous_reader->next_reader : first_reader_;
  OutputLane*& after = reader.next_reader != nullptr ? reader.next_reader->previous_reader : last_reader_;
  before = std::exchange(reader.next_reader, nullptr);
  after = std::exchange(reader.previous_reader, nullptr);
}

void InputLane::make_room() {
  History& history = input_.history();
  const std::size_t need = std::min(input_.room_needed(), history.capacity());
  if (history.room() >= need) return;
  free();
  if (history.room() >= need) return;
  const std::uint64_t first_kept = history.end() - (history.capacity() - need);
  for_each_reader([&](OutputLane& reader) { reader.schedule().reader().expel_before(first_kept); });
  free();
}

bool InputLane::tell_readers() {
  const std::uint64_t end = input_.history().end();
  if (end == seen_end_) return false;
  seen_end_ = end;
  for_each_reader([](OutputLane& reader) { reader.schedule().reader().count_offered(); });
  return true;
}

void InputLane::free() {
  History& history = input_.history();
  std::uint64_t needed = history.end();
  for_each_reader(
      [&](const OutputLane& reader) { needed = std::min(needed, reader.schedule().reader().frame()); });
  history.free_before(needed);
}

}  // namespace headwater::dataplane
