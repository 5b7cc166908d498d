// SPDX-License-Identifier: Apache-2.0
#include "tests/support/program_generator.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "psi/dvbpsi/encode.h"
#include "psi/section/packetiser.h"
#include "psi/tables/streams.h"

namespace headwater::test {
namespace {

constexpr std::int64_t kBitsPerPacket = 1504;

// Slot k leaves at k * 1504 / rate of the encoder's own time; in quotient and remainder, since the plain
// product overflows within hours.
std::int64_t ticks_of_slot(std::int64_t slot, std::int64_t rate) {
  return slot / rate * kBitsPerPacket * kTicksPerSecond +
         slot % rate * kBitsPerPacket * kTicksPerSecond / rate;
}

std::uint8_t hash_byte(std::uint32_t seed, Pid pid, std::uint64_t position) {
  std::uint64_t x = (position + (std::uint64_t{pid.value()} << 40)) ^ (seed * 0x9E3779B97F4A7C15ULL);
  x ^= x >> 33;
  x *= 0xFF51AFD7ED558CCDULL;
  x ^= x >> 33;
  return static_cast<std::uint8_t>(x);
}

void write_timestamp(std::uint8_t* at, std::uint8_t prefix, std::uint64_t value) {
  at[0] = static_cast<std::uint8_t>((std::uint64_t{prefix} << 4) | ((value >> 29) & 0x0E) | 1);
  at[1] = static_cast<std::uint8_t>(value >> 22);
  at[2] = static_cast<std::uint8_t>(((value >> 14) & 0xFE) | 1);
  at[3] = static_cast<std::uint8_t>(value >> 7);
  at[4] = static_cast<std::uint8_t>(((value << 1) & 0xFE) | 1);
}

template <typename Table>
psi::Sections encoded(const Table& table) {
  auto sections = psi::encode(table);
  if (!sections) throw std::invalid_argument(sections.error());
  return std::move(*sections);
}

psi::Pmt pmt_of(const ProgramSpec& program, std::uint8_t version) {
  psi::Pmt pmt;
  pmt.program_number = program.number;
  pmt.version = version;
  pmt.pcr_pid = program.pcr_pid;
  pmt.descriptors = program.descriptors;
  for (const StreamSpec& stream : program.streams)
    pmt.streams.push_back({stream.type, stream.pid, stream.descriptors});
  return pmt;
}

bool same_pmt(const ProgramSpec& a, const ProgramSpec& b) {
  return pmt_of(a, 0) == pmt_of(b, 0);
}

bool later(std::int64_t due_a, std::uint64_t order_a, std::int64_t due_b, std::uint64_t order_b) {
  return due_a != due_b ? due_a > due_b : order_a > order_b;
}

}  // namespace

ProgramGenerator::ProgramGenerator(StreamPlan plan)
    : plan_(std::move(plan)), continuity_(Pid::kCount, 0), pmt_versions_(0x10000, 0) {
  std::vector<ProgramSpec> programs = plan_.programs;
  plan_.programs.clear();
  change(std::move(programs));
}

std::int64_t ProgramGenerator::source_ticks(Instant at) const {
  const double elapsed = static_cast<double>((at - plan_.start).value);
  return (at - plan_.start).value + static_cast<std::int64_t>(elapsed * plan_.clock_ppm * 1e-6);
}

void ProgramGenerator::change(std::vector<ProgramSpec> programs) {
  const std::int64_t now = ticks_of_slot(slot_, static_cast<std::int64_t>(plan_.rate));
  const bool first = plan_.programs.empty();
  if (!first) {
    for (const ProgramSpec& program : programs) {
      const auto before = std::find_if(plan_.programs.begin(), plan_.programs.end(),
                                       [&](const ProgramSpec& p) { return p.number == program.number; });
      if (before != plan_.programs.end() && !same_pmt(*before, program)) {
        std::uint8_t& version = pmt_versions_[program.number];
        version = (version + 1) & 0x1F;
      }
    }
    const auto services = [](const std::vector<ProgramSpec>& list) {
      std::vector<std::tuple<std::uint16_t, std::uint16_t, std::string, std::string>> all;
      for (const ProgramSpec& p : list) all.emplace_back(p.number, p.pmt_pid.value(), p.name, p.provider);
      return all;
    };
    if (services(programs) != services(plan_.programs)) {
      pat_version_ = (pat_version_ + 1) & 0x1F;
      sdt_version_ = (sdt_version_ + 1) & 0x1F;
    }
  }
  std::vector<StreamState> streams;
  pcrs_.clear();
  for (const ProgramSpec& program : programs) {
    bool pcr_in_stream = false;
    for (const StreamSpec& spec : program.streams) {
      const auto same = [&](const StreamState& s) { return s.spec.pid == spec.pid; };
      if (std::any_of(streams.begin(), streams.end(), same)) continue;  // shared by two programs
      StreamState state{.spec = spec, .next_unit = now};
      const auto before = std::find_if(streams_.begin(), streams_.end(), same);
      if (before != streams_.end()) {
        state.next_unit = before->next_unit;
        state.position = before->position;
      }
      state.carries_pcr = spec.pid == program.pcr_pid && spec.unit_interval <= program.pcr_interval;
      pcr_in_stream = pcr_in_stream || state.carries_pcr;
      streams.push_back(std::move(state));
    }
    if (program.pcr_pid != kNullPid && !pcr_in_stream)
      pcrs_.push_back({program.pcr_pid, program.pcr_interval, now});
  }
  streams_ = std::move(streams);
  plan_.programs = std::move(programs);
  make_tables();
  for (TableState& table : tables_) table.next = now;
}

void ProgramGenerator::make_tables() {
  tables_.clear();
  const std::int64_t fast = Ticks27::milliseconds(100).value;
  psi::Pat pat{.transport_stream_id = plan_.transport_stream_id,
               .version = pat_version_,
               .network_pid = {},
               .programs = {}};
  psi::Sdt sdt{.transport_stream_id = plan_.transport_stream_id,
               .original_network_id = 1,
               .version = sdt_version_,
               .services = {}};
  for (const ProgramSpec& program : plan_.programs) {
    pat.programs.push_back({program.number, program.pmt_pid});
    psi::Sdt::Service service;
    service.id = program.number;
    service.descriptors = {
        psi::encode(psi::ServiceDescriptor{program.service_type, program.provider, program.name})};
    sdt.services.push_back(std::move(service));
  }
  tables_.push_back({encoded(pat), kPatPid, fast, 0});
  for (const ProgramSpec& program : plan_.programs) {
    tables_.push_back({encoded(pmt_of(program, pmt_versions_[program.number])), program.pmt_pid, fast, 0});
  }
  if (plan_.sdt) tables_.push_back({encoded(sdt), kSdtPid, Ticks27::seconds(1).value, 0});
}

void ProgramGenerator::push(Unit unit) {
  unit.order = order_++;
  units_.push_back(std::move(unit));
  std::push_heap(units_.begin(), units_.end(),
                 [](const Unit& a, const Unit& b) { return later(a.due, a.order, b.due, b.order); });
}

void ProgramGenerator::make_unit(StreamState& stream, bool pcr) {
  const StreamSpec& spec = stream.spec;
  const auto packets =
      std::max<std::int64_t>(1, static_cast<std::int64_t>(spec.bitrate) * spec.unit_interval.value /
                                    (kBitsPerPacket * kTicksPerSecond));
  // The presentation lies half a second after the unit's first byte was sent: far within 13818-1's one
  // second.
  const std::uint64_t pts =
      static_cast<std::uint64_t>((stream.next_unit + plan_.first_pcr.value()) / 300 + 45'000) &
      ((1ULL << 33) - 1);
  for (std::int64_t index = 0; index < packets; ++index) {
    Unit unit;
    unit.due = stream.next_unit + index * spec.unit_interval.value / packets;
    ts::Packet& packet = unit.packet;
    packet[0] = ts::kSyncByte;
    packet[1] = index == 0 ? 0x40 : 0x00;
    ts::set_pid(packet, spec.pid);
    packet[3] = static_cast<std::uint8_t>(spec.scrambled ? 0x90 : 0x10);
    std::size_t at = 4;
    if (index == 0 && pcr) {
      packet[3] |= 0x20;
      packet[4] = 7;
      packet[5] = 0x50;  // random_access_indicator, PCR_flag
      unit.wants_pcr = true;
      at = 12;
    }
    if (index == 0) {
      const std::uint8_t header[] = {0, 0, 1, spec.stream_id, 0, 0, 0x80, 0x80, 5};
      std::copy(std::begin(header), std::end(header), packet.begin() + static_cast<std::ptrdiff_t>(at));
      write_timestamp(&packet[at + 9], 2, pts);
      at += 14;
    }
    for (; at < packet.size(); ++at) packet[at] = hash_byte(plan_.seed, spec.pid, stream.position++);
    push(std::move(unit));
  }
  stream.next_unit += spec.unit_interval.value;
}

void ProgramGenerator::make_units(std::int64_t until) {
  for (TableState& table : tables_) {
    while (table.next <= until) {
      for (const ts::Packet& packet : psi::packetise(table.pid, table.sections))
        push({table.next, 0, packet, false});
      table.next += table.interval;
    }
  }
  for (StreamState& stream : streams_) {
    while (stream.next_unit <= until) make_unit(stream, stream.carries_pcr);
  }
  for (PcrState& pcr : pcrs_) {
    while (pcr.next <= until) {
      push({pcr.next, 0, ts::make_pcr_packet(pcr.pid, Pcr{}, 0), true});
      pcr.next += pcr.interval.value;
    }
  }
}

void ProgramGenerator::stamp_continuity(ts::Packet& packet) {
  std::uint8_t& counter = continuity_[Pid::from_wire(load_be16(&packet[1])).value()];
  if ((packet[3] & 0x10) != 0) {
    ts::set_continuity_counter(packet, counter);
    counter = (counter + 1) & 0x0F;
  } else {
    ts::set_continuity_counter(packet, (counter + 15) & 0x0F);
  }
}

TimedPacket ProgramGenerator::next() {
  for (;;) {
    const std::int64_t slot_ticks = ticks_of_slot(slot_, static_cast<std::int64_t>(plan_.rate));
    ++slot_;
    make_units(slot_ticks);
    TimedPacket out;
    out.sent =
        plan_.start +
        Ticks27{static_cast<std::int64_t>(static_cast<double>(slot_ticks) / (1 + plan_.clock_ppm * 1e-6))};
    if (units_.empty() || units_.front().due > slot_ticks) {
      if (!plan_.nulls) continue;
      out.packet = ts::make_null_packet();
      return out;
    }
    std::pop_heap(units_.begin(), units_.end(),
                  [](const Unit& a, const Unit& b) { return later(a.due, a.order, b.due, b.order); });
    Unit unit = std::move(units_.back());
    units_.pop_back();
    out.packet = unit.packet;
    stamp_continuity(out.packet);
    if (unit.wants_pcr) ts::set_pcr(out.packet, plan_.first_pcr + Ticks27{slot_ticks});
    return out;
  }
}

std::vector<TimedPacket> ProgramGenerator::until(Instant until) {
  std::vector<TimedPacket> packets;
  for (;;) {
    const TimedPacket packet = next();
    packets.push_back(packet);
    if (packet.sent >= until) return packets;
  }
}

ProgramSpec television(std::uint16_t number, std::uint16_t first_pid, std::uint64_t video_rate,
                       unsigned audio) {
  ProgramSpec program;
  program.number = number;
  program.pmt_pid = Pid::from_wire(first_pid);
  program.name = "Television " + std::to_string(number);
  StreamSpec video{.pid = Pid::from_wire(static_cast<std::uint16_t>(first_pid + 1)),
                   .bitrate = video_rate,
                   .descriptors = {}};
  program.pcr_pid = video.pid;
  program.streams.push_back(std::move(video));
  for (unsigned index = 0; index < audio; ++index) {
    program.streams.push_back(
        {.pid = Pid::from_wire(static_cast<std::uint16_t>(first_pid + 2 + index)),
         .type = 0x04,
         .bitrate = 200'000,
         .unit_interval = Ticks27::milliseconds(24),
         .descriptors = {{0x0A, {'e', 'n', index == 0 ? std::uint8_t{'g'} : std::uint8_t{'u'}, 0}}},
         .stream_id = 0xC0});
  }
  return program;
}

ProgramSpec radio(std::uint16_t number, std::uint16_t first_pid, std::uint64_t rate) {
  ProgramSpec program;
  program.number = number;
  program.pmt_pid = Pid::from_wire(first_pid);
  program.name = "Radio " + std::to_string(number);
  program.service_type = 2;
  program.pcr_pid = Pid::from_wire(static_cast<std::uint16_t>(first_pid + 1));
  program.streams.push_back({.pid = program.pcr_pid,
                             .type = 0x04,
                             .bitrate = rate,
                             .unit_interval = Ticks27::milliseconds(24),
                             .descriptors = {{0x0A, {'e', 'n', 'g', 0}}},
                             .stream_id = 0xC0});
  return program;
}

}  // namespace headwater::test
