// SPDX-License-Identifier: Apache-2.0
//
// Sections of one PSI PID on their way to control: PAT, PMT and SDT actual, current, and only when they
// differ from the one before of their number. A stream whose tables never stand still costs control a hundred
// sections a second and no more; what was throttled or found the ring full is tried again at its next
// repetition.
// One worker thread; memory is taken at construction.
#pragma once

#include <array>
#include <cstdint>

#include "dataplane/channel/punt_ring.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/slots.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"
#include "psi/section/assembler.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

class SectionPunt {
 public:
  explicit SectionPunt(Pid pid) : pid_(pid) {}

  // Gives whether a section of `expected_table` was completed, and whether one came that does not belong
  // here.
  struct Seen {
    bool expected = false;
    bool foreign = false;
  };
  // Where the packet stands in its input's stream goes with what it completes.
  struct Place {
    InputSlot slot;
    std::uint64_t life = 0;
    StreamPosition position;
    Instant arrival;
  };
  Seen push(const ts::PacketView& packet, const Place& place, channel::PuntRing& ring,
            InputCounters& counters);
  void reset() { assembler_.reset(); }
  [[nodiscard]] Pid pid() const { return pid_; }

 private:
  struct Entry {
    std::uint32_t key = 0;  // table_id_extension and section_number, with a mark bit; 0: empty
    std::uint32_t crc = 0;
  };
  [[nodiscard]] Entry& entry(const psi::SectionView& section);
  void offer(const psi::SectionView& section, const Place& place, channel::PuntRing& ring,
             InputCounters& counters);

  // Room for every section of the largest table at once, then one each 10 ms.
  static constexpr Ticks27 kInterval = Ticks27::milliseconds(10);
  static constexpr Ticks27 kBurst = Ticks27::milliseconds(2560);

  Pid pid_;
  psi::SectionAssembler assembler_;
  std::array<Entry, 256> sent_{};
  Instant paid_{INT64_MIN / 2};  // an interval each section, up to here
};

}  // namespace headwater::dataplane
