// SPDX-License-Identifier: Apache-2.0
//
// Text of service information, EN 300 468 annex A, to and from UTF-8. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "psi/base/bytes.h"

namespace headwater::psi {

// Any bytes come out as valid UTF-8. The control code CR/LF (0x8A) becomes a line feed, emphasis and all
// other controls are left out; what has no mapping (and the tables 0x12..0x14 and 0x1F, beyond ASCII) is
// U+FFFD.
[[nodiscard]] std::string decode_text(Bytes text);

// ASCII as it is, without a selector; anything else as 0x15 and UTF-8. At most max_bytes, never ending within
// a character; controls are left out, invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::vector<std::uint8_t> encode_text(std::string_view utf8, std::size_t max_bytes);

}  // namespace headwater::psi
