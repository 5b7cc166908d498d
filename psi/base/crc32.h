// SPDX-License-Identifier: Apache-2.0
//
// CRC_32 of sections: ISO/IEC 13818-1 annex A (polynomial 0x04C11DB7, initial all ones, not reflected). Over
// a whole section with its CRC_32 field the result is 0. Any thread.
#pragma once

#include <cstdint>

#include "psi/base/bytes.h"

namespace headwater {

[[nodiscard]] std::uint32_t crc32_mpeg(Bytes bytes);

}  // namespace headwater
