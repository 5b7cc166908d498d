// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 one character at a time; what is no UTF-8 (overlong, surrogate, cut, beyond U+10FFFF) reads as
// U+FFFD. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "psi/base/bytes.h"

namespace headwater::psi {

inline void append_utf8(std::string& out, char32_t c) {
  const auto byte = [&out](char32_t bits) {
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(bits)));
  };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6));
    byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18));
    byte(0x80 | ((c >> 12) & 0x3F));
    byte(0x80 | ((c >> 6) & 0x3F));
    byte(0x80 | (c & 0x3F));
  }
}

// Takes the next character off the front; `bytes` is not empty.
inline char32_t take_utf8(Bytes& bytes) {
  constexpr char32_t kInvalid = 0xFFFD;
  const std::uint8_t first = bytes[0];
  bytes = bytes.subspan(1);
  if (first < 0x80) return first;
  const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4) return kInvalid;
  char32_t c = first & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if (bytes.empty() || (bytes[0] & 0xC0) != 0x80) return kInvalid;
    c = (c << 6) | (bytes[0] & 0x3FU);
    bytes = bytes.subspan(1);
  }
  const char32_t least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
  if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return kInvalid;
  return c;
}

}  // namespace headwater::psi
