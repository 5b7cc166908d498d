// SPDX-License-Identifier: Apache-2.0
//
// A private section as bytes, ISO/IEC 13818-1 2.4.4.11. SectionView::parse checks lengths and, in the long
// form, the CRC_32. Any thread, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>

#include "psi/base/bytes.h"

namespace headwater::psi {

inline constexpr std::size_t kMaxPsiSection = 1024;  // PAT, CAT, PMT, SDT, NIT, BAT; section_length <= 1021
inline constexpr std::size_t kMaxSection = 4096;     // private sections and EIT; section_length <= 4093

enum class SectionError : std::uint8_t { kCut, kTooLong, kTooShort, kCrc, kSectionNumber };

class SectionView {
 public:
  // `bytes` is exactly one section: 3 + section_length bytes.
  static std::expected<SectionView, SectionError> parse(Bytes bytes);

  [[nodiscard]] Bytes bytes() const { return bytes_; }
  [[nodiscard]] std::uint8_t table_id() const { return bytes_[0]; }
  [[nodiscard]] bool long_form() const { return (bytes_[1] & 0x80) != 0; }
  // Long form only:
  [[nodiscard]] std::uint16_t table_id_extension() const { return load_be16(&bytes_[3]); }
  [[nodiscard]] std::uint8_t version() const { return (bytes_[5] >> 1) & 0x1F; }
  [[nodiscard]] bool current() const { return (bytes_[5] & 1) != 0; }
  [[nodiscard]] std::uint8_t number() const { return bytes_[6]; }
  [[nodiscard]] std::uint8_t last_number() const { return bytes_[7]; }
  [[nodiscard]] std::uint32_t crc() const { return load_be32(&bytes_[bytes_.size() - 4]); }

 private:
  explicit SectionView(Bytes bytes) : bytes_(bytes) {}
  Bytes bytes_;
};

}  // namespace headwater::psi
