// SPDX-License-Identifier: Apache-2.0
//
// Sections out of the packets of one PID: pointer_field, several sections a packet, sections over many
// packets, stuffing. ISO/IEC 13818-1 2.4.4. Survives any bytes: what cannot be a section is counted and
// skipped to the next payload_unit_start. One thread; the buffer is taken at construction, so a worker may
// run it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
  // Moves bytes from `from` into the buffer; true when the section there is complete. A length that cannot be
  // is counted, and abandons the section and the rest of the packet.
  bool fill(Bytes& from);
  void abandon();

  std::vector<std::uint8_t> buffer_;
  std::size_t filled_ = 0;
  std::size_t needed_ = 0;
  bool header_known_ = false;
  bool collecting_ = false;  // a section has begun and is not complete
  bool at_pointer_ = false;  // starts_ stands where pointer_field says that a section begins
  Bytes tail_;               // of the packet at hand: what belongs to the section begun before it
  Bytes starts_;             // of the packet at hand: where sections begin
  std::optional<SectionView> view_;
  ts::ContinuityCheck continuity_;
  Errors errors_;
};

}  // namespace headwater::psi
