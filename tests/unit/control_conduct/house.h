// SPDX-License-Identifier: Apache-2.0
//
// A conductor with all it is linked to, sections punted by hand, and the Plans that come out.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "control/conduct/conductor.h"
#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/encode.h"
#include "psi/section/assembler.h"
#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {

using dataplane::OutputPlan;
using dataplane::Plan;

inline constexpr StreamPosition kAtOnce{0};

// One port "p"; input i is "in<i>", channel i "ch<i>" from it, to 239.(i / 65536).(i / 256).(i):5000.
inline std::string input_id(std::size_t i) {
  return "in" + std::to_string(i);
}
inline config::Input make_input(std::size_t i) {
  config::Input input;
  input.id = input_id(i);
  input.port = "p";
  input.group = "232.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
  input.udp_port = 5000;
  return input;
}
inline config::Channel make_channel(std::size_t i, std::size_t from) {
  config::Channel channel;
  channel.id = "ch" + std::to_string(i);
  channel.name = "Channel " + std::to_string(i);
  channel.inputs = {input_id(from)};
  config::Output& output = channel.outputs.emplace_back();
  output.port = "p";
  output.group = "239.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
  output.udp_port = 5000;
  return channel;
}
inline config::Configuration make_configuration(std::size_t channels) {
  config::Configuration configuration;
  config::Port& port = configuration.ports.emplace_back();
  port.id = "p";
  port.addresses.emplace_back().address = "10.0.0.1";
  for (std::size_t i = 0; i < channels; ++i) {
    configuration.inputs.push_back(make_input(i));
    configuration.channels.push_back(make_channel(i, i));
  }
  return configuration;
}

inline std::shared_ptr<const dataplane::InputPlan> input_of(const Plan& plan, std::size_t input) {
  const auto part =
      std::ranges::find_if(plan.inputs, [&](const auto& each) { return each->id == input_id(input); });
  return part != plan.inputs.end() ? *part : nullptr;
}

// For nobody who would live by it.
inline std::unique_ptr<dataplane::channel::PlanStep> make_bare_step(dataplane::WorkerIndex /*worker*/,
                                                                    const Plan& /*before*/,
                                                                    const Plan& plan) {
  return std::make_unique<dataplane::channel::PlanStep>(plan);
}

class House {
  Store own_store_ = std::move(*Store::in_memory());

 public:
  // `frames`: of each port's pool.
  explicit House(std::size_t slots = 64, std::optional<std::uint64_t> frames = {}, std::size_t workers = 1)
      : store(own_store_), counters(2, slots, slots, workers), frames_(frames) {
    wake();
  }
  // What a process that starts now, with what `other` has stored, would be.
  explicit House(House& other)
      : store(other.store), counters(2, other.counters.max_inputs(), other.counters.max_outputs()) {
    wake();
  }

  // A new process over the same store; the inputs have to be heard anew.
  void wake() {
    conductor.reset();
    plan_rings = std::vector<dataplane::channel::PlanRing>(counters.max_workers());
    plan_ring = &plan_rings.front();
    ConductorLinks links{store,      log,
                         plan_rings, make_bare_step,
                         counters,   [this] { return random_ = random_ * 1664525U + 1013904223U; }};
    if (!nodes.empty()) links.nodes = nodes;
    conductor = std::make_unique<Conductor>(links);
  }

  std::vector<config::Problem> apply(config::Configuration configuration) {
    std::vector<PortFact> facts;
    for (const config::Port& port : configuration.ports) {
      const auto index = static_cast<std::uint32_t>(facts.size());
      const wire::MacAddress mac{{2, 0, 0, 0, 0, static_cast<std::uint8_t>(index)}};
      facts.push_back({port.id, {index}, mac, frames_, port_node});
    }
    return conductor->apply(std::make_shared<const config::Configuration>(std::move(configuration)), facts,
                            now);
  }

  // `life`: of the stream that it is of; none: of the one that the input is now.
  template <typename Table>
  void punt(std::size_t input, std::uint16_t on, const Table& table, Instant at,
            std::optional<std::uint64_t> life = {}) {
    const auto sections = psi::encode(table);
    ASSERT_TRUE(sections.has_value()) << sections.error();
    const auto part = input_of(*conductor->plan(), input);
    if (part == nullptr) return;
    for (const auto& section : *sections) {
      conductor->on_punt({.kind = dataplane::channel::PuntHeader::Kind::kSection,
                          .pid = on,
                          .slot = part->slot.index,
                          .life = life.value_or(part->life),
                          .at = at,
                          .position = programs::packet_at(at)},
                         section);
    }
  }
  std::optional<dataplane::InputSlot> slot_of(std::size_t input) const {
    const auto part = input_of(*conductor->plan(), input);
    return part != nullptr ? std::optional(part->slot) : std::nullopt;
  }
  // Packets arrive now.
  void hear(std::size_t input) {
    dataplane::InputCounters& heard = counters.input(slot_of(input).value());
    heard.datagrams.add(1);
    heard.packets.add(7);
    heard.last_packet.set(now.value);
  }
  // PAT with one program on PMT PID 0x20, its PMT, and an SDT that says nothing of it.
  void carry(std::size_t input, const psi::Pmt& table, Instant at) {
    punt(input, 0x00, programs::pat(0, {{table.program_number, 0x20}}), at);
    punt(input, 0x20, table, at);
    punt(input, 0x11, programs::sdt(31, {}), at);
  }

  // One channel, whose input has a program of video alone: on the air with the next step.
  config::Configuration begin_with_one() {
    auto configuration = make_configuration(1);
    EXPECT_TRUE(apply(configuration).empty());
    carry(0, programs::pmt(1, 0, 0x101, {programs::video(0x101)}), now);
    return configuration;
  }

  // A turn of control that looks at everything; the worker then has every Plan.
  std::shared_ptr<const Plan> step() {
    now = now + Conductor::kWatchInterval;
    conductor->step(now);
    worker_catches_up();
    return conductor->plan();
  }
  void worker_catches_up() {
    for (dataplane::channel::PlanRing& ring : plan_rings) {
      while (const auto* step = ring.take()) ring.report(step->plan->generation, step->plan->generation);
    }
  }

  // As the first worker; nullptr: it has them all.
  const Plan* take_plan() {
    const auto* step = plan_ring->take();
    return step != nullptr ? step->plan : nullptr;
  }

  ChannelStatus channel(std::size_t i) { return conductor->channels().at(i); }

  Store& store;
  std::vector<std::string> lines;
  Log log = Log::to([this](std::string_view line) { lines.emplace_back(line); });
  dataplane::channel::CounterBlocks counters;
  std::vector<dataplane::channel::PlanRing> plan_rings;  // by worker
  dataplane::channel::PlanRing* plan_ring = nullptr;     // the first's
  std::vector<std::optional<unsigned>> nodes;            // of the workers' cores, from wake() on
  std::optional<unsigned> port_node;                     // of all ports
  std::unique_ptr<Conductor> conductor;
  Instant now = Instant{} + Ticks27::seconds(1);  // a packet heard at 0 would be none

 private:
  std::optional<std::uint64_t> frames_;
  std::uint32_t random_ = 1;
};

inline std::shared_ptr<const OutputPlan> output_of(const Plan& plan, const std::string& channel) {
  for (const auto& output : plan.outputs) {
    if (output->id.starts_with(channel + "/")) return output;
  }
  return nullptr;
}

// What a set-top box reads out of the tables of an output.
struct Read {
  std::optional<psi::Pat> pat;
  std::optional<psi::Pmt> pmt;
  std::optional<psi::Sdt> sdt;
};
inline Read read_tables(const OutputPlan& output) {
  Read read;
  for (const auto& image : output.psi) {
    psi::SectionAssembler assembler;
    for (const ts::Packet& packet : image->packets) {
      const auto view = ts::PacketView::parse(packet);
      EXPECT_TRUE(view.has_value());
      EXPECT_EQ(view->pid(), image->pid);
      assembler.push(*view, [&](const psi::SectionView& section) {
        if (section.table_id() == 0x00) read.pat = psi::PatDecoder().push(section.bytes());
        if (section.table_id() == 0x02)
          read.pmt = psi::PmtDecoder(section.table_id_extension()).push(section.bytes());
        if (section.table_id() == 0x42) read.sdt = psi::SdtDecoder().push(section.bytes());
      });
    }
  }
  return read;
}

inline std::uint16_t route_of(const OutputPlan& output, std::uint16_t in) {
  return output.route[Pid::from_wire(in)];
}

// A Plan that exists can run: what the dataplane relies on. `tables_alone`: channels whose input is another
// stream now: their outputs keep the tables, and take nothing until that has its own.
inline void expect_sound(const Plan& plan, const std::set<std::string>& tables_alone = {}) {
  std::set<std::uint32_t> input_slots;
  for (const auto& input : plan.inputs) EXPECT_TRUE(input_slots.insert(input->slot.index).second);
  std::set<std::uint32_t> output_slots;
  for (const auto& output : plan.outputs) {
    EXPECT_TRUE(output_slots.insert(output->slot.index).second);
    EXPECT_TRUE(input_slots.contains(output->input.index)) << output->id;
    EXPECT_TRUE(output->destination.group.is_multicast());
    EXPECT_FALSE(output->destination.rtp && output->destination.ssrc == 0);
    const Read read = read_tables(*output);
    ASSERT_TRUE(read.pat && read.pmt) << output->id;
    ASSERT_EQ(read.pat->programs.size(), 1U);
    EXPECT_EQ(read.pat->programs[0].number, read.pmt->program_number);
    if (read.sdt) {
      EXPECT_EQ(read.sdt->services.at(0).id, read.pmt->program_number);
      EXPECT_EQ(read.sdt->transport_stream_id, read.pat->transport_stream_id);
    }
    // Two input PIDs never meet on one of the output, nor on one of its tables.
    std::set<std::uint16_t> out{0x00, 0x11, read.pat->programs[0].pmt_pid.value()};
    for (std::uint16_t in = 0; in < Pid::kCount; ++in) {
      const std::uint16_t to = route_of(*output, in);
      if (to != OutputPlan::kNotRouted) {
        EXPECT_TRUE(out.insert(to).second) << output->id << " " << in << " -> " << to;
      }
    }
    if (tables_alone.contains(output->id.substr(0, output->id.find('/')))) {
      EXPECT_EQ(out.size(), 3U) << output->id;
      continue;
    }
    for (const auto& stream : read.pmt->streams) EXPECT_TRUE(out.contains(stream.pid.value()));
    if (read.pmt->pcr_pid != kNullPid) {
      EXPECT_TRUE(out.contains(read.pmt->pcr_pid.value()));
    }
  }
}

}  // namespace headwater::control
