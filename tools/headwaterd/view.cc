// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/view.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "config/yaml/expand.h"
#include "config/yaml/yaml.h"

namespace headwater::daemon {

namespace api = control::api;

namespace {

std::vector<api::Term> terms_of(const DeviceDropMovement& drops) {
  const auto term = [](const char* name, const Movement& counter) {
    return api::Term{name, static_cast<std::int64_t>(counter.total())};
  };
  return {term("device_missed", drops.missed), term("device_no_buffer", drops.no_buffer),
          term("device_receive_errors", drops.receive_errors), term("device_send_errors", drops.send_errors)};
}

}  // namespace

std::string View::version() {
  return HEADWATER_VERSION;
}

View::Moment View::moment(const std::vector<control::InputStatus>& inputs) const {
  Moment moment{.now = links_.now(), .plan = links_.conductor.plan(), .input_slots = {}};
  for (const control::InputStatus& input : inputs) {
    if (input.slot) moment.input_slots.emplace(input.config->id, *input.slot);
  }
  return moment;
}

api::Names View::names() {
  api::Names names;
  const std::lock_guard lock(links_.mutex);
  for (const config::Port& port : links_.configuration->ports) names.ports.push_back(port.id);
  for (const config::Input& input : links_.configuration->inputs) names.inputs.push_back(input.id);
  for (const config::Channel& channel : links_.configuration->channels) names.channels.push_back(channel.id);
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    for (const control::CompiledOutput& output : channel.outputs) names.outputs.push_back(output.id);
  }
  return names;
}

std::vector<api::LedgerSource> View::ledger_sources(const Wanted& wanted) const {
  std::vector<api::LedgerSource> sources;
  for (const control::InputStatus& input : links_.conductor.inputs()) {
    if (input.slot && wanted(api::LedgerKind::kInput, input.config->id))
      sources.push_back({input.config->id, &links_.counters.input(*input.slot)});
  }
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    for (const control::CompiledOutput& output : channel.outputs) {
      if (output.slot && wanted(api::LedgerKind::kOutput, output.id))
        sources.push_back({output.id, &links_.counters.output(*output.slot)});
    }
  }
  for (std::uint32_t index = 0; index < links_.watch.ports(); ++index) {
    const std::string& id = links_.configuration->ports[index].id;
    if (!wanted(api::LedgerKind::kPort, id)) continue;
    const std::vector<unsigned>& cores = links_.configuration->headend.workers;
    // Each worker's queues of it are a ledger of their own. What the device lost came to none of them and is
    // beside the first.
    std::vector<api::Term> lost = terms_of(links_.watch.device_drops(index));
    for (std::uint32_t worker = 0; worker < cores.size(); ++worker) {
      sources.push_back({cores.size() == 1 ? id : fmt::format("{} on core {}", id, cores[worker]),
                         &links_.counters.port({index}, {worker}), std::exchange(lost, {})});
    }
  }
  return sources;
}

// Counters stay where they are for as long as the appliance lives: they settle without the mutex.
std::vector<api::LedgerEntry> View::ledger() {
  std::unique_lock lock(links_.mutex);
  const auto sources = ledger_sources([](api::LedgerKind, const std::string&) { return true; });
  lock.unlock();
  return api::settled(sources, links_.settle_time());
}

std::vector<api::LedgerEntry> View::ledger(const std::string& name) {
  std::unique_lock lock(links_.mutex);
  std::set<std::pair<api::LedgerKind, std::string>> of_channel;
  for (const control::ChannelStatus& channel : links_.conductor.channels()) {
    if (channel.config->id != name) continue;
    of_channel.emplace(api::LedgerKind::kInput, channel.input);
    for (const control::CompiledOutput& output : channel.outputs)
      of_channel.emplace(api::LedgerKind::kOutput, output.id);
  }
  const auto sources = ledger_sources([&](api::LedgerKind kind, const std::string& each) {
    return each == name || of_channel.contains({kind, each});
  });
  lock.unlock();
  return api::settled(sources, links_.settle_time());
}

config::Problems View::check_config(const std::string& file, std::string_view text) {
  auto loaded = config::parse(text, file);
  if (!loaded) return loaded.error();
  return {.errors = {}, .warnings = loaded->warnings};
}

// Written out beside the mutex: three thousand channels are megabytes.
api::RunningConfig View::running_config(bool with_defaults) {
  const std::shared_ptr<const config::Configuration> running = [&] {
    const std::lock_guard lock(links_.mutex);
    return links_.configuration;
  }();
  return {.file = links_.file,
          .text = config::expanded(*running,
                                   with_defaults ? config::Defaults::kSaid : config::Defaults::kLeftOut)};
}

}  // namespace headwater::daemon
