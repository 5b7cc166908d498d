// SPDX-License-Identifier: Apache-2.0
//
// From one configuration to another: what goes on as it was, and what is to be decided anew.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "control/conduct/conductor.h"

namespace headwater::control {

namespace {

// The same stream as before: what is known of its tables still holds.
bool same_source(const config::Input& a, const config::Input& b) {
  return a.kind == b.kind && a.port == b.port && a.group == b.group && a.udp_port == b.udp_port &&
         a.from == b.from && a.path == b.path && a.enabled == b.enabled;
}

}  // namespace

std::vector<bool> Conductor::going_on(const config::Configuration& next, const config::Pairing& inputs,
                                      const FileFacts& files) const {
  const auto serial = [](const FileFacts& facts, const std::string& input) {
    const auto file = facts.find(input);
    return file == facts.end() ? 0 : file->second.serial;
  };
  std::vector<bool> goes_on(next.inputs.size());
  for (std::size_t place = 0; place < goes_on.size(); ++place) {
    if (!inputs.before[place]) continue;
    const config::Input& input = next.inputs[place];
    goes_on[place] =
        (inputs.same[place] || same_source(configuration_->inputs[*inputs.before[place]], input)) &&
        (input.kind != config::Input::Kind::kFile || serial(files_, input.id) == serial(files, input.id));
  }
  return goes_on;
}

void Conductor::move_inputs(const config::Pairing& inputs, const std::vector<bool>& goes_on) {
  if (!inputs.in_place) {
    std::vector<InputRun> moved(goes_on.size());
    std::ranges::fill(by_slot_, std::nullopt);
    for (std::size_t place = 0; place < moved.size(); ++place) {
      if (!goes_on[place]) continue;
      moved[place] = std::move(inputs_[*inputs.before[place]]);
      if (moved[place].slot) by_slot_[moved[place].slot->index] = place;
    }
    inputs_ = std::move(moved);
    return;
  }
  for (std::size_t place = 0; place < goes_on.size(); ++place) {
    if (goes_on[place]) continue;
    if (inputs_[place].slot) by_slot_[inputs_[place].slot->index].reset();
    inputs_[place] = {};
  }
}

void Conductor::move_channels(const config::Difference& difference, const std::vector<bool>& goes_on) {
  const config::Pairing& channels = difference.channels;
  if (!channels.in_place) {
    std::vector<ChannelRun> moved(channels.before.size());
    for (std::size_t place = 0; place < moved.size(); ++place) {
      if (channels.before[place]) moved[place] = std::move(channels_[*channels.before[place]]);
    }
    channels_ = std::move(moved);
  }
  // The program that was taken says nothing of another stream.
  for (std::size_t place = 0; place < channels_.size(); ++place) {
    if (!channels.before[place]) continue;
    const auto was = relations_.taken[*channels.before[place]];
    const auto now = difference.relations.taken[place];
    if (!now || !goes_on[*now] || difference.inputs.before[*now] != was)
      channels_[place].last_program.reset();
  }
}

std::vector<std::size_t> Conductor::undecided(const config::Difference& difference,
                                              const std::vector<bool>& goes_on,
                                              const std::vector<std::size_t>& renumbered) const {
  const config::Pairing& channels = difference.channels;
  std::vector<bool> numbered_anew(channels.before.size());
  for (const std::size_t place : renumbered) numbered_anew[place] = true;
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < channels.before.size(); ++place) {
    const auto taken = difference.relations.taken[place];
    const bool same_input = taken ? difference.inputs.same[*taken] && goes_on[*taken]
                                  : channels.before[place] && !relations_.taken[*channels.before[place]];
    if (difference.headend || !channels.same[place] || !same_input || numbered_anew[place])
      places.push_back(place);
  }
  return places;
}

}  // namespace headwater::control
