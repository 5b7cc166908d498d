// SPDX-License-Identifier: Apache-2.0
//
// Sections for the tests of this room: any length, CRC_32 right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "psi/base/bytes.h"
#include "psi/base/crc32.h"

namespace headwater::psi::testing {

// Long form, `size` bytes in all (12 or more), filled with `fill`.
inline std::vector<std::uint8_t> make_section(std::uint8_t table_id, std::size_t size,
                                              std::uint8_t fill = 0x00) {
  std::vector<std::uint8_t> section(size, fill);
  section[0] = table_id;
  store_be16(&section[1], static_cast<std::uint16_t>(0xB000U | (size - 3)));
  store_be16(&section[3], 0x1234);
  section[5] = 0xC1;  // version 0, current
  section[6] = 0;
  section[7] = 0;
  store_be32(&section[size - 4], crc32_mpeg(Bytes(section).first(size - 4)));
  return section;
}

}  // namespace headwater::psi::testing
