// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/section_punt.h"

#include <algorithm>

namespace headwater::dataplane {
namespace {

constexpr std::uint8_t kTablePat = 0x00;
constexpr std::uint8_t kTablePmt = 0x02;
constexpr std::uint8_t kTableSdtActual = 0x42;
constexpr std::uint8_t kTableStuffing = 0x72;  // EN 300 468 5.1.3: anywhere

std::uint64_t total(const psi::SectionAssembler::Errors& errors) {
  return errors.crc + errors.malformed + errors.discontinuity;
}

}  // namespace

SectionPunt::Seen SectionPunt::push(const ts::PacketView& packet, const Place& place, channel::PuntRing& ring,
                                    InputCounters& counters) {
  const std::uint8_t expected = pid_ == kPatPid ? kTablePat : pid_ == kSdtPid ? kTableSdtActual : kTablePmt;
  Seen seen;
  const std::uint64_t errors = total(assembler_.errors());
  assembler_.push(packet, [&](const psi::SectionView& section) {
    if (section.table_id() == expected && section.long_form()) {
      seen.expected = true;
      offer(section, place, ring, counters);
    } else if (section.table_id() != kTableStuffing) {
      seen.foreign = true;
    }
  });
  counters.section_errors.add(total(assembler_.errors()) - errors);
  return seen;
}

// Four places of a hash; the first is given up where none is free.
SectionPunt::Entry& SectionPunt::entry(const psi::SectionView& section) {
  const std::uint32_t identity = (std::uint32_t{section.table_id_extension()} << 8) | section.number();
  const std::uint32_t key = identity | 0x80000000;  // the mark of a used entry; one table_id a PID
  const std::uint32_t home = (identity * 0x9E3779B1) >> 24;
  for (std::uint32_t probe = 0; probe < 4; ++probe) {
    Entry& at = sent_[(home + probe) % sent_.size()];
    if (at.key == key) return at;
    if (at.key == 0) {
      at = {.key = key, .crc = ~section.crc()};
      return at;
    }
  }
  sent_[home] = {.key = key, .crc = ~section.crc()};
  return sent_[home];
}

void SectionPunt::offer(const psi::SectionView& section, const Place& place, channel::PuntRing& ring,
                        InputCounters& counters) {
  Entry& last = entry(section);
  // current_next_indicator 0 announces a table that is not in force.
  if (!section.current() || last.crc == section.crc()) {
    counters.sections_unchanged.add();
    return;
  }
  const Instant paid = std::max(paid_, place.arrival) + kInterval;
  if (paid > place.arrival + kBurst) {
    counters.sections_throttled.add();
    return;
  }
  const channel::PuntHeader header{.kind = channel::PuntHeader::Kind::kSection,
                                   .pid = pid_.value(),
                                   .slot = place.slot.index,
                                   .life = place.life,
                                   .at = place.arrival,
                                   .position = place.position};
  if (!ring.try_push(header, section.bytes())) {
    counters.sections_punt_full.add();
    return;
  }
  paid_ = paid;
  last.crc = section.crc();
  counters.sections_punted.add();
}

}  // namespace headwater::dataplane
