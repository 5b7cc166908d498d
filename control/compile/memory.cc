// SPDX-License-Identifier: Apache-2.0
#include "control/compile/memory.h"

#include <fmt/core.h>

#include <cmath>

namespace headwater::control {
namespace {

// MiB, when there were `times` as many frames.
std::uint64_t memory_needed(const config::Headend& headend, double times) {
  constexpr double kMebibyte = 1 << 20;
  return static_cast<std::uint64_t>(std::ceil(static_cast<double>(headend.memory) * times / kMebibyte));
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
    const std::uint64_t room = *port.fact->frames - *port.fact->frames / 4;
    if (need == ports_.end() || need->second.frames <= room) continue;
    const auto said = headend.places.find("memory");
    problems.push_back(
        {said == headend.places.end() ? headend.where : said->second,
         fmt::format(
             "port \"{}\": the histories of its {} inputs need {} frames, its share of `memory` "
             "has {} for them: set `memory` to {}M, or lower `max_rate` of inputs or `delay` of "
             "channels (a history that has grown on air shrinks when its input goes, or by a restart)",
             id, need->second.inputs, need->second.frames, room,
             memory_needed(headend, static_cast<double>(need->second.frames) / static_cast<double>(room)))});
  }
  return problems;
}

}  // namespace headwater::control
