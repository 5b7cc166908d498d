// SPDX-License-Identifier: Apache-2.0
#include "control/compile/memory.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace headwater::control {
namespace {

std::uint64_t room_in(std::uint64_t frames, std::uint64_t queue_frames) {
  return frames - std::min(frames, std::max(frames / 4, queue_frames));
}

// MiB, so that the port's share has room for these.
std::uint64_t memory_needed(const config::Headend& headend, const PortFact& port, std::uint64_t frames) {
  constexpr double kMebibyte = 1 << 20;
  const double pool = std::max(static_cast<double>(frames) * 4 / 3,
                               static_cast<double>(frames) + static_cast<double>(port.queue_frames));
  return static_cast<std::uint64_t>(
      std::ceil(static_cast<double>(headend.memory) * pool / static_cast<double>(*port.frames) / kMebibyte));
}

}  // namespace

void MemoryNeeds::add(const InputNeed& need) {
  if (!need.port) return;
  PortNeed& sum = ports_[*need.port];
  ++sum.inputs;
  sum.frames += need.frames;
}

void MemoryNeeds::remove(const InputNeed& need) {
  if (!need.port) return;
  PortNeed& sum = ports_[*need.port];
  --sum.inputs;
  sum.frames -= need.frames;
}

std::vector<config::Problem> MemoryNeeds::problems(const config::Headend& headend,
                                                   const KnownPorts& ports) const {
  std::vector<config::Problem> problems;
  for (const auto& [id, port] : ports) {
    if (!port.fact || !port.fact->frames) continue;
    const auto need = ports_.find(port.fact->index);
    const std::uint64_t room = room_in(*port.fact->frames, port.fact->queue_frames);
    if (need == ports_.end() || need->second.frames <= room) continue;
    const auto said = headend.places.find("memory");
    problems.push_back(
        {said == headend.places.end() ? headend.where : said->second,
         fmt::format("port \"{}\": the histories of its {} inputs need {} frames, its share of `memory` "
                     "has {} for them: set `memory` to {}M, or lower `max_rate` of inputs (below 8M or "
                     "above 44M it counts) or `delay` of channels (a history that has grown on air shrinks "
                     "when its input goes, or by a restart)",
                     id, need->second.inputs, need->second.frames, room,
                     memory_needed(headend, *port.fact, need->second.frames))});
  }
  return problems;
}

}  // namespace headwater::control
