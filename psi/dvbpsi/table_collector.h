// SPDX-License-Identifier: Apache-2.0
//
// The sections of one table on one PID, gathered until all are there and at least one differs from the table
// before. Compares bytes, not version_number: encoders that change a table and keep its version are on the
// air, and libdvbpsi would not look at such a table. A section that changes within its version stands at once
// with the others as they were. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/section/section.h"

namespace headwater::psi {

class TableCollector {
 public:
  using Section = std::vector<std::uint8_t>;

  // table_id_extension: only that one where given (PMT: the program_number), else whatever comes.
  explicit TableCollector(std::uint8_t table_id,
                          std::optional<std::uint16_t> table_id_extension = std::nullopt)
      : table_id_(table_id), extension_(table_id_extension) {}

  // The sections by number, when this one completed a table that differs from the last; valid until the next
  // push. nullptr otherwise; what is not current, not of this table or longer than the norm allows is
  // ignored.
  const std::vector<Section>* push(Bytes bytes);

 private:
  void restart(const SectionView& section);
  [[nodiscard]] bool belongs(const SectionView& section) const;

  std::uint8_t table_id_;
  std::optional<std::uint16_t> extension_;
  std::vector<Section> building_;  // an empty one has not come yet
  std::vector<Section> last_;
};

}  // namespace headwater::psi
