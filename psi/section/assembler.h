// SPDX-License-Identifier: Apache-2.0
//
// Sections out of the packets of one PID: pointer_field, several sections a packet, sections over many
// packets, stuffing. ISO/IEC 13818-1 2.4.4. Survives any bytes: what cannot be a section is counted and
// skipped to the next payload_unit_start. One thread; the buffer is taken at construction, so a worker may
// run it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/section/section.h"
#include "psi/ts/continuity.h"
#include "psi/ts/packet.h"

namespace headwater::psi {

class SectionAssembler {
 public:
  struct Errors {
    std::uint64_t crc = 0;            // CRC_32 wrong
    std::uint64_t malformed = 0;      // pointer_field or lengths that cannot be
    std::uint64_t discontinuity = 0;  // a packet was lost within a section
  };

  explicit SectionAssembler(std::size_t max_section = kMaxPsiSection);

  // Calls sink(const SectionView&) for each section that the packet completes; the view lives until sink
  // returns.
  template <typename Sink>
  void push(const ts::PacketView& packet, Sink&& sink) {
    begin(packet);
    while (const SectionView* section = next()) sink(*section);
  }

  [[nodiscard]] const Errors& errors() const { return errors_; }
  void reset();

 private:
  void begin(const ts::PacketView& packet);
  const SectionView* next();

  // The owner of this file may change what stands below.
  std::vector<std::uint8_t> buffer_;
  Errors errors_;
};

}  // namespace headwater::psi
