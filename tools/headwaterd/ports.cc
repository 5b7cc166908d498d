// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/ports.h"

#include "dataplane/wire/address.h"

namespace headwater::daemon {

using dataplane::PortIndex;
using dataplane::dpdk::DpdkPort;
using dataplane::dpdk::Eal;

std::expected<std::unique_ptr<Ports>, std::string> Ports::open(const config::Configuration& configuration,
                                                               dataplane::channel::CounterBlocks& counters,
                                                               control::Log& log) {
  auto ports = std::make_unique<Ports>();
  dataplane::dpdk::EalOptions options;
  options.memory = configuration.headend.memory;
  options.huge_pages = configuration.headend.huge_pages;
  for (const config::Port& port : configuration.ports) options.devices.push_back(port.device);
  options.log = [&log](std::string_view line) {
    log.event(control::Severity::kInfo, "dpdk", {{"line", line}});
  };
  auto eal = Eal::start(options);
  if (!eal) return std::unexpected(eal.error());
  ports->eal_ = std::move(*eal);
  ports->queues_.resize(counters.max_workers());

  for (std::size_t index = 0; index < configuration.ports.size(); ++index) {
    const config::Port& wanted = configuration.ports[index];
    const PortIndex port_index{static_cast<std::uint32_t>(index)};
    std::vector<dataplane::PortCounters*> of_workers;
    of_workers.reserve(counters.max_workers());
    for (std::uint32_t worker = 0; worker < counters.max_workers(); ++worker)
      of_workers.push_back(&counters.port(port_index, {worker}));
    auto port = DpdkPort::open({.id = wanted.id,
                                .device = wanted.device,
                                .memory = configuration.headend.memory / configuration.ports.size(),
                                .index = port_index,
                                .leaves_memory = true},
                               of_workers);
    if (!port) return std::unexpected(port.error());
    for (std::size_t worker = 0; worker < of_workers.size(); ++worker)
      ports->queues_[worker].push_back(&(*port)->queue(worker));
    ports->ports_.push_back(std::move(*port));
  }
  return ports;
}

namespace {

std::string word(dataplane::dpdk::Reception reception) {
  switch (reception) {
    case dataplane::dpdk::Reception::kPromiscuous:
      return "promiscuous";
    case dataplane::dpdk::Reception::kAllMulticast:
      return "all_multicast";
    case dataplane::dpdk::Reception::kUnknown:
      break;
  }
  return "";
}

std::optional<bool> on(dataplane::dpdk::PauseFrames pause_frames) {
  if (pause_frames == dataplane::dpdk::PauseFrames::kUnknown) return std::nullopt;
  return pause_frames == dataplane::dpdk::PauseFrames::kOn;
}

}  // namespace

DeviceState Ports::look(std::size_t port) const {
  const DpdkPort& device = *ports_[port];
  const dataplane::dpdk::DeviceStatistics statistics = device.statistics();
  const dataplane::dpdk::LinkState link = device.link();
  return {.mac = device.mac(),
          .link_up = link.up,
          .trouble = link.trouble,
          .link_bps = device.link_bps(),
          .drops = {.missed = statistics.missed,
                    .no_buffer = statistics.no_buffer,
                    .receive_errors = statistics.receive_errors,
                    .send_errors = statistics.send_errors},
          .driver = device.driver(),
          .reception = word(device.reception()),
          .pause_frames = on(device.pause_frames())};
}

std::vector<control::PortFact> Ports::facts(const config::Configuration& configuration) const {
  std::vector<control::PortFact> facts;
  for (std::size_t index = 0; index < ports_.size(); ++index) {
    const config::Port& wanted = configuration.ports[index];
    const auto configured = wanted.mac ? wire::MacAddress::parse(*wanted.mac) : std::nullopt;
    facts.push_back({.id = wanted.id,
                     .index = PortIndex{static_cast<std::uint32_t>(index)},
                     .mac = configured.value_or(ports_[index]->mac()),
                     .frames = ports_[index]->frames_total(),
                     .node = ports_[index]->node(),
                     .queue_frames = ports_[index]->frames_in_queues()});
  }
  return facts;
}

}  // namespace headwater::daemon
