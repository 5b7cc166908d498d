// SPDX-License-Identifier: Apache-2.0
//
// Tables out of whole sections, by libdvbpsi. One decoder follows one table on one PID: give it every section
// in order; it answers when a table is complete and new. Control thread only (libdvbpsi allocates).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "psi/base/bytes.h"
#include "psi/tables/tables.h"

namespace headwater::psi {

class PatDecoder {
 public:
  PatDecoder();
  ~PatDecoder();
  PatDecoder(PatDecoder&&) noexcept;
  PatDecoder& operator=(PatDecoder&&) noexcept;
  // A whole section of table_id 0x00, CRC_32 checked. A table when this section completed one that differs
  // from the last; sections that are no PAT, not current, or contradict themselves are ignored.
  std::optional<Pat> push(Bytes section);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class PmtDecoder {
 public:
  explicit PmtDecoder(std::uint16_t program_number);
  ~PmtDecoder();
  PmtDecoder(PmtDecoder&&) noexcept;
  PmtDecoder& operator=(PmtDecoder&&) noexcept;
  std::optional<Pmt> push(Bytes section);  // table_id 0x02, of this program

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class SdtDecoder {
 public:
  SdtDecoder();
  ~SdtDecoder();
  SdtDecoder(SdtDecoder&&) noexcept;
  SdtDecoder& operator=(SdtDecoder&&) noexcept;
  std::optional<Sdt> push(Bytes section);  // table_id 0x42

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace headwater::psi
