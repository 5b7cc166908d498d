// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/table_collector.h"

#include <algorithm>
#include <cstddef>

namespace headwater::psi {
namespace {

// Byte 5 carries version_number and current_next_indicator, byte 7 last_section_number; bytes 3 and 4 the
// table_id_extension: equal in all sections of one table (ISO/IEC 13818-1 2.4.4.11).
bool same_table(const TableCollector::Section& a, const SectionView& b) {
  const Bytes other = b.bytes();
  return a[3] == other[3] && a[4] == other[4] && ((a[5] ^ other[5]) & 0x3F) == 0 && a[7] == other[7];
}

}  // namespace

bool TableCollector::belongs(const SectionView& section) const {
  return section.long_form() && section.table_id() == table_id_ && section.current() &&
         section.bytes().size() <= kMaxPsiSection &&
         (!extension_ || section.table_id_extension() == *extension_);
}

// One section of the table that is known may come alone: who sends only what changed does not send the others
// again.
void TableCollector::restart(const SectionView& section) {
  if (!last_.empty() && same_table(last_.front(), section)) {
    building_ = last_;
    return;
  }
  building_.assign(section.last_number() + std::size_t{1}, {});
}

const std::vector<TableCollector::Section>* TableCollector::push(Bytes bytes) {
  const auto section = SectionView::parse(bytes);
  if (!section || !belongs(*section)) return nullptr;
  const std::size_t number = section->number();

  const auto begun = std::ranges::find_if(building_, [](const Section& s) { return !s.empty(); });
  if (begun == building_.end()) {
    // Nothing under way: the repetition of a known section starts nothing.
    if (number < last_.size() && std::ranges::equal(last_[number], bytes)) return nullptr;
    restart(*section);
  } else if (!same_table(*begun, *section)) {
    restart(*section);
  } else if (std::ranges::equal(building_[number], bytes)) {
    return nullptr;
  }
  building_[number].assign(bytes.begin(), bytes.end());
  if (std::ranges::any_of(building_, &Section::empty)) return nullptr;
  if (building_ == last_) {
    building_.clear();
    return nullptr;
  }
  last_ = std::move(building_);
  building_.clear();
  return &last_;
}

}  // namespace headwater::psi
