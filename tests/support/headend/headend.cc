// SPDX-License-Identifier: Apache-2.0
#include "tests/support/headend/headend.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "config/yaml/yaml.h"
#include "dataplane/plan/file_timing.h"
#include "dataplane/plan/ledger.h"
#include "dataplane/worker/step.h"

namespace headwater::test {
namespace {

constexpr std::size_t kRingBytes = 1 << 20;
constexpr int kTurnsAnInstant = 64;

std::shared_ptr<const config::Configuration> read(std::string_view yaml,
                                                  const std::filesystem::path& directory) {
  auto loaded = config::parse(yaml, directory / "test.yaml");
  if (loaded) return std::make_shared<const config::Configuration>(std::move(loaded->configuration));
  std::string text;
  for (const config::Problem& problem : loaded.error().errors) text += problem.to_string() + "\n";
  throw std::runtime_error(text);
}

std::size_t outputs_of(const config::Configuration& configuration) {
  std::size_t outputs = 0;
  for (const config::Channel& channel : configuration.channels) outputs += channel.outputs.size();
  return outputs;
}

template <typename Counters>
void append_unbalanced(std::string& text, std::string_view name, const Counters& counters) {
  for (const dataplane::LedgerEquation& equation : dataplane::ledger(counters)) {
    if (equation.balanced()) continue;
    text += fmt::format("{}: {}: {} in, {} accounted for\n", name, equation.name, equation.left_sum(),
                        equation.right_sum());
  }
}

}  // namespace

Headend::Headend(std::string_view yaml, HeadendOptions options)
    : options_(std::move(options)),
      configuration_(read(yaml, options_.directory)),
      now_(options_.start),
      next_control_(options_.start),
      log_(control::Log::to([this](std::string_view line) { log_lines_.emplace_back(line); })),
      store_(options_.store),
      punt_(kRingBytes),
      inject_(kRingBytes) {
  const config::Configuration& configuration = *configuration_;
  if (!store_) store_ = std::make_shared<control::Store>(control::Store::in_memory().value());
  counters_ = std::make_unique<dataplane::channel::CounterBlocks>(
      configuration.ports.size(), configuration.inputs.size() + options_.spare_slots,
      outputs_of(configuration) + options_.spare_slots);
  crew_ = std::make_unique<dataplane::Crew>(1, counters_->max_outputs());
  for (std::uint32_t index = 0; index < configuration.ports.size(); ++index) {
    ports_.push_back(std::make_unique<dataplane::MemoryPort>());
    plain_ports_.push_back(ports_.back().get());
  }
  rings_.assign(counters_->max_inputs(), nullptr);
  for (const config::Input& input : configuration.inputs) {
    if (input.kind != config::Input::Kind::kFile) continue;
    auto feed = dataplane::FileFeed::open(input.path, input.file_rate, now_);
    if (!feed) throw std::runtime_error(feed.error());
    feeds_[input.id] = std::move(*feed);
  }
  conductor_ = std::make_unique<control::Conductor>(control::ConductorLinks{
      .store = *store_,
      .log = log_,
      .plans = {&plan_, 1},
      .make_step = [this](
                       auto, const auto& before,
                       const auto& plan) { return std::make_unique<dataplane::Step>(links(), before, plan); },
      .counters = *counters_,
      .random = [n = 1U]() mutable { return n++; },
      .before_publish = [this](const dataplane::Plan& plan) { feed(plan); }});
  apply(configuration_);
  conductor_->step(now_);
  worker_ = std::make_unique<dataplane::Worker>(links());
}

dataplane::WorkerLinks Headend::links() {
  return {.plan = plan_,
          .punt = punt_,
          .inject = inject_,
          .counters = *counters_,
          .ports = plain_ports_,
          .feeds = rings_,
          .crew = *crew_};
}

void Headend::feed(const dataplane::Plan& plan) {
  for (const auto& part : plan.inputs) {
    const auto feed = feeds_.find(part->id);
    if (feed == feeds_.end()) continue;
    rings_[part->slot.index] = &feed->second->ring();
    feed->second->hold(part->held_for, part->history_frames);
  }
}

void Headend::apply(std::string_view yaml) {
  apply(read(yaml, options_.directory));
}

void Headend::apply(const std::shared_ptr<const config::Configuration>& configuration) {
  std::vector<control::PortFact> facts;
  for (std::uint32_t index = 0; index < configuration->ports.size(); ++index) {
    facts.push_back({configuration->ports[index].id,
                     {index},
                     wire::MacAddress{{0x02, 0x48, 0x57, 0, 0, static_cast<std::uint8_t>(index)}}});
  }
  std::string text;
  for (const config::Problem& problem : conductor_->apply(configuration, facts, now_))
    text += problem.to_string() + "\n";
  if (!text.empty()) throw std::runtime_error(text);
  configuration_ = configuration;
}

Headend::~Headend() {
  if (const std::string text = ledger(); !text.empty())
    ADD_FAILURE() << "the ledger does not balance: " << text;
}

void Headend::arrive(std::string_view id, Instant at, Bytes frame) {
  port(id).arrive(at, frame);
}

void Headend::control_turn() {
  dataplane::channel::PuntRing::Record record;
  while (punt_.try_pop(record)) {
    if (record.header.kind == dataplane::channel::PuntHeader::Kind::kSection) {
      conductor_->on_punt(record.header, record.bytes);
    }
  }
  for (const auto& [input, feed] : feeds_) feed->advance(now_ + dataplane::kFeedAhead, options_.file_loops);
  conductor_->step(now_);
  log_.tick(now_);
}

void Headend::run_until(Instant until) {
  while (now_ < until) {
    if (now_ >= next_control_) {
      control_turn();
      next_control_ = now_ + options_.control_turn;
    }
    for (int turn = 0; turn < kTurnsAnInstant && worker_->run_once(now_); ++turn) {
    }
    Instant next = std::min({until, next_control_, worker_->next_deadline(now_)});
    for (const auto& port : ports_) {
      if (const auto arrival = port->next_arrival()) next = std::min(next, *arrival);
    }
    now_ = std::max(next, now_ + Ticks27{1});
  }
}

dataplane::MemoryPort& Headend::port(std::string_view id) const {
  const auto found = std::ranges::find(configuration_->ports, id, &config::Port::id);
  if (found == configuration_->ports.end()) throw std::out_of_range(std::string(id));
  return *ports_[static_cast<std::size_t>(found - configuration_->ports.begin())];
}

control::ChannelStatus Headend::channel(std::string_view id) const {
  for (const control::ChannelStatus& status : conductor_->channels()) {
    if (status.config->id == id) return status;
  }
  throw std::out_of_range(std::string(id));
}

const dataplane::InputCounters& Headend::input(std::string_view id) const {
  for (const control::InputStatus& status : conductor_->inputs()) {
    if (status.config->id == id && status.slot) return counters_->input(*status.slot);
  }
  throw std::out_of_range(std::string(id));
}

const dataplane::OutputCounters& Headend::output(std::string_view id, std::size_t index) const {
  const control::ChannelStatus status = channel(id);
  return counters_->output(status.outputs.at(index).slot.value());
}

const dataplane::PortCounters& Headend::port_counters(std::string_view id) const {
  const auto found = std::ranges::find(configuration_->ports, id, &config::Port::id);
  if (found == configuration_->ports.end()) throw std::out_of_range(std::string(id));
  return counters_->port({static_cast<std::uint32_t>(found - configuration_->ports.begin())});
}

std::vector<ReceivedDatagram> Headend::sent_to(std::string_view group, bool rtp) const {
  const wire::Ipv4Address wanted = wire::Ipv4Address::parse(group).value();
  std::vector<ReceivedDatagram> datagrams;
  for (const auto& port : ports_) {
    for (const dataplane::MemoryPort::Sent& sent : port->sent()) {
      auto datagram = receive_frame(sent, false);
      if (datagram && datagram->group != wanted) continue;
      if (rtp) datagram = receive_frame(sent, true);
      if (datagram) {
        if (datagram->group == wanted) datagrams.push_back(std::move(*datagram));
      } else if (!receive_frame(sent, true)) {
        throw std::runtime_error("a frame was sent that no box would take");
      }
    }
  }
  return datagrams;
}

std::vector<ts::Packet> Headend::packets_to(std::string_view group, bool rtp) const {
  std::vector<ts::Packet> packets;
  for (const ReceivedDatagram& datagram : sent_to(group, rtp)) {
    packets.insert(packets.end(), datagram.packets.begin(), datagram.packets.end());
  }
  return packets;
}

std::string Headend::ledger() const {
  std::string text;
  for (std::uint32_t slot = 0; slot < counters_->max_inputs(); ++slot)
    append_unbalanced(text, fmt::format("input slot {}", slot), counters_->input({slot}));
  for (std::uint32_t slot = 0; slot < counters_->max_outputs(); ++slot)
    append_unbalanced(text, fmt::format("output slot {}", slot), counters_->output({slot}));
  for (const config::Port& port : configuration_->ports)
    append_unbalanced(text, port.id, port_counters(port.id));
  return text;
}

}  // namespace headwater::test
