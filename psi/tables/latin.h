// SPDX-License-Identifier: Apache-2.0
//
// The single-byte character tables of EN 300 468 annex A: the parts of ISO/IEC 8859, and the default table
// 00, a superset of ISO/IEC 6937. Any thread.
#pragma once

#include <cstdint>
#include <span>

namespace headwater::psi {

inline constexpr char32_t kReplacement = 0xFFFD;

// Code points of the bytes 0xA0..0xFF; 0 where the table has none. Empty: no such part (12, or above 15).
[[nodiscard]] std::span<const char16_t> iso8859(unsigned part);

// Table 00, bytes 0xA0..0xFF; 0 where it has none, and for 0xC0..0xCF, which are combining_mark's.
[[nodiscard]] std::span<const char16_t> table00();
// Table 00: the mark of a byte 0xC0..0xCF, which stands before its letter; 0 where there is none.
[[nodiscard]] char32_t combining_mark(std::uint8_t byte);
// The one code point of a letter with a mark; 0 where Unicode has none.
[[nodiscard]] char32_t compose(char32_t letter, char32_t mark);

}  // namespace headwater::psi
