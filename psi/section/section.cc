// SPDX-License-Identifier: Apache-2.0
#include "psi/section/section.h"

#include "psi/base/crc32.h"

namespace headwater::psi {
namespace {

constexpr std::size_t kShortHeader = 3;  // table_id, flags, section_length
constexpr std::size_t kLongHeader =
    8;  // and table_id_extension, version, section_number, last_section_number
constexpr std::size_t kCrcSize = 4;

}  // namespace

std::expected<SectionView, SectionError> SectionView::parse(Bytes bytes) {
  if (bytes.size() < kShortHeader) return std::unexpected(SectionError::kCut);
  const std::size_t size = kShortHeader + (load_be16(&bytes[1]) & 0x0FFFU);
  // ISO/IEC 13818-1 2.4.4.11: private_section_length shall not exceed 4093.
  if (size > kMaxSection || bytes.size() > size) return std::unexpected(SectionError::kTooLong);
  if (bytes.size() < size) return std::unexpected(SectionError::kCut);
  const SectionView section(bytes);
  if (!section.long_form()) return section;
  if (size < kLongHeader + kCrcSize) return std::unexpected(SectionError::kTooShort);
  if (crc32_mpeg(bytes) != 0) return std::unexpected(SectionError::kCrc);
  if (section.number() > section.last_number()) return std::unexpected(SectionError::kSectionNumber);
  return section;
}

}  // namespace headwater::psi
