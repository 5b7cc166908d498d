// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/input_lane.h"

#include <algorithm>

namespace headwater::dataplane {

void InputLane::make_room() {
  History& history = input_.history();
  const std::size_t need = std::min(input_.room_needed(), history.capacity());
  if (history.room() >= need) return;
  free();
  if (history.room() >= need) return;
  const std::uint64_t first_kept = history.end() - (history.capacity() - need);
  for (OutputLane* reader : readers_) reader->schedule().reader().expel_before(first_kept);
  free();
}

bool InputLane::tell_readers() {
  const std::uint64_t end = input_.history().end();
  if (end == seen_end_) return false;
  seen_end_ = end;
  for (OutputLane* reader : readers_) reader->schedule().reader().count_offered();
  return true;
}

void InputLane::free() {
  History& history = input_.history();
  std::uint64_t needed = history.end();
  for (const OutputLane* reader : readers_) needed = std::min(needed, reader->schedule().reader().frame());
  history.free_before(needed);
}

}  // namespace headwater::dataplane
