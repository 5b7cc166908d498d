// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "config/model/check.h"
#include "config/model/checks.h"

namespace headwater::config {
namespace {

std::string subject_of(const Channel& channel) {
  return fmt::format("channel \"{}\"", channel.name);
}

void check_delay(Checks& checks, const Channel& channel, const Input& input) {
  if (channel.delay_ms >= input.jitter_ms + kDelayMargin) return;
  checks.error(
      place(channel.places, "delay", channel.where),
      fmt::format(
          "{}: a delay of {}ms is too short for the {}ms `jitter` of input \"{}\" ({}): at least {}ms, or "
          "a `jitter` of at most {}ms",
          subject_of(channel), channel.delay_ms, input.jitter_ms, input.id, to_string(input.where),
          input.jitter_ms + kDelayMargin,
          channel.delay_ms > kDelayMargin ? channel.delay_ms - kDelayMargin : 0));
}

void check_channel_inputs(Checks& checks, const Channel& channel) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < channel.inputs.size(); ++i) {
    const std::string& id = channel.inputs[i];
    const Location& where = i < channel.input_places.size() ? channel.input_places[i] : channel.where;
    if (!seen.insert(id).second) {
      checks.error(where,
                   fmt::format("{}: input `{}` stands here twice: remove one", subject_of(channel), id));
    }
    const auto input = checks.inputs.find(id);
    if (input == checks.inputs.end()) {
      refuse_reference(checks, subject_of(channel), where, "input", id, checks.input_ids);
      continue;
    }
    check_delay(checks, channel, *input->second);
    if (i == 0 && channel.enabled && !input->second->enabled) {
      checks.warning(where, fmt::format("{}: input \"{}\" has `enabled: false`: the channel stays silent",
                                        subject_of(channel), id));
    }
    if (i == 1) {
      checks.warning(where,
                     fmt::format("{}: only the first input is used in this version", subject_of(channel)));
    }
  }
}

// Every output PID has one stream.
void check_pids(Checks& checks, const Channel& channel) {
  const PidPlan& pids = channel.pids;
  std::map<Pid, std::string> taken;
  const auto take = [&](Pid pid, std::string what, std::string_view key) {
    const auto [first, fresh] = taken.emplace(pid, what);
    if (fresh) return;
    checks.error(place(channel.places, key, channel.where),
                 fmt::format("{}: `{}` takes PID 0x{:04x}, which `{}` takes already: each needs its own",
                             subject_of(channel), what, pid.value(), first->second));
  };
  if (pids.pmt) take(*pids.pmt, "pids.pmt", "pids.pmt");
  if (pids.video) take(*pids.video, "pids.video", "pids.video");
  for (const auto& [from, to] : pids.map) {
    take(to, fmt::format("pids.map: 0x{:04x}", from), fmt::format("pids.map.{}", from));
  }
  if (pids.mode == PidPlan::Mode::kKeep && channel.places.contains("pids.first")) {
    checks.warning(place(channel.places, "pids.first", channel.where),
                   fmt::format("{}: `pids.first` acts only with `mode: allocate`", subject_of(channel)));
  }
}

void check_streams(Checks& checks, const Channel& channel) {
  for (const Pid pid : channel.streams.drop) {
    if (std::ranges::find(channel.streams.only, pid) == channel.streams.only.end()) continue;
    checks.error(place(channel.places, "streams.drop", channel.where),
                 fmt::format("{}: PID 0x{:04x} stands under `streams.only` and `streams.drop`: remove one",
                             subject_of(channel), pid.value()));
  }
}

// Finds what two channels share that each must have for itself.
template <class Value>
class Unique {
 public:
  explicit Unique(std::string_view key) : key_(key) {}

  void add(Checks& checks, const Channel& channel, const Value& value, std::string_view shown) {
    const Location& where = place(channel.places, key_, channel.where);
    const auto [first, fresh] = first_.emplace(value, &channel);
    if (fresh) return;
    checks.error(where, fmt::format("{}: `{}` {} is that of channel \"{}\" already ({}): each needs its own",
                                    subject_of(channel), key_, shown, first->second->name,
                                    to_string(place(first->second->places, key_, first->second->where))));
  }

 private:
  std::string_view key_;
  std::map<Value, const Channel*> first_;
};

}  // namespace

void check_channels(Checks& checks) {
  Unique<std::string> ids("id");
  Unique<unsigned> numbers("number");
  Unique<unsigned> service_ids("service_id");
  for (const Channel& channel : checks.configuration.channels) {
    if (!channel.id.empty()) ids.add(checks, channel, channel.id, channel.id);
    check_channel_inputs(checks, channel);
    check_pids(checks, channel);
    check_streams(checks, channel);
    if (!channel.enabled) continue;  // parked: another may have its number and groups meanwhile
    if (channel.number) numbers.add(checks, channel, *channel.number, std::to_string(*channel.number));
    if (channel.service_id)
      service_ids.add(checks, channel, *channel.service_id, std::to_string(*channel.service_id));
    if (!channel.number) {
      checks.warning(
          channel.where,
          fmt::format("{}: it has no `number`: set-top boxes put it where they like", subject_of(channel)));
    }
  }
}

}  // namespace headwater::config
