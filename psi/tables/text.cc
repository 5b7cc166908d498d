// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/text.h"

#include <span>

#include "psi/tables/latin.h"
#include "psi/tables/utf8.h"

namespace headwater::psi {
namespace {

constexpr std::uint8_t kSelectUtf8 = 0x15;
constexpr char32_t kLineBreak = 0x8A;

// EN 300 468 tables A.1 and A.2: controls are at 0x80..0x9F in one-byte tables, at U+E080..U+E09F in the
// others (encoders put them at U+0080 as well). Of all of them only the line break is kept.
void append_character(std::string& out, char32_t c) {
  if (c >= 0xE080 && c <= 0xE09F) c -= 0xE000;
  if (c == kLineBreak) {
    out.push_back('\n');
  } else if (c >= 0x20 && (c < 0x7F || c > 0x9F)) {
    append_utf8(out, c);
  }
}

std::string decode_utf8(Bytes text) {
  std::string out;
  while (!text.empty()) append_character(out, take_utf8(text));
  return out;
}

// EN 300 468 table A.3, 0x11: the Basic Multilingual Plane, two bytes a character, big-endian.
std::string decode_ucs2(Bytes text) {
  std::string out;
  ByteReader reader(text);
  while (const auto unit = reader.u16()) {
    const bool surrogate = *unit >= 0xD800 && *unit <= 0xDFFF;
    append_character(out, surrogate ? kReplacement : char32_t{*unit});
  }
  if (reader.remaining() > 0) append_character(out, kReplacement);
  return out;
}

std::string decode_one_byte(Bytes text, std::span<const char16_t> upper) {
  std::string out;
  for (const std::uint8_t byte : text) {
    if (byte < 0xA0) {
      append_character(out, byte);
      continue;
    }
    const char32_t c = upper.empty() ? 0 : char32_t{upper[byte - 0xA0U]};
    append_character(out, c != 0 ? c : kReplacement);
  }
  return out;
}

// EN 300 468 figure A.1: a mark (0xC1..0xCF) stands before its letter; in Unicode it follows.
std::string decode_table00(Bytes text) {
  std::string out;
  while (!text.empty()) {
    const char32_t mark = combining_mark(text[0]);
    if (mark == 0) {
      out += decode_one_byte(text.first(1), table00());
      text = text.subspan(1);
      continue;
    }
    text = text.subspan(1);
    // A mark needs a letter: a space, another mark or the end leaves it alone on a space (ISO/IEC 6937).
    const bool has_letter = !text.empty() && text[0] > 0x20 && text[0] != 0x7F &&
                            (text[0] < 0x80 || text[0] > 0x9F) && combining_mark(text[0]) == 0;
    if (!has_letter) {
      if (!text.empty() && text[0] == 0x20) text = text.subspan(1);
      append_utf8(out, 0x20);
      append_utf8(out, mark);
      continue;
    }
    const char32_t composed = compose(text[0], mark);
    if (composed != 0) {
      append_utf8(out, composed);
    } else {
      out += decode_one_byte(text.first(1), table00());
      append_utf8(out, mark);
    }
    text = text.subspan(1);
  }
  return out;
}

}  // namespace

// EN 300 468 annex A.2, table A.3: a first byte below 0x20 selects the table.
std::string decode_text(Bytes text) {
  if (text.empty()) return {};
  const std::uint8_t selector = text[0];
  if (selector >= 0x20) return decode_table00(text);
  const Bytes rest = text.subspan(1);
  if (selector >= 0x01 && selector <= 0x0B) return decode_one_byte(rest, iso8859(selector + 4U));
  switch (selector) {
    case 0x10:  // two bytes name the part of ISO/IEC 8859 (table A.4)
      if (rest.size() < 2) return {};
      return decode_one_byte(rest.subspan(2), iso8859(load_be16(rest.data())));
    case 0x11:
      return decode_ucs2(rest);
    case kSelectUtf8:
      return decode_utf8(rest);
    case 0x1F:  // encoding_type_id: a private coding, not text that can be shown
      return rest.empty() ? std::string{} : "\xEF\xBF\xBD";
    default:  // 0x12..0x14 and reserved: what is ASCII in them can be read
      return decode_one_byte(rest, {});
  }
}

std::vector<std::uint8_t> encode_text(std::string_view utf8, std::size_t max_bytes) {
  std::vector<std::uint8_t> source(utf8.begin(), utf8.end());
  std::vector<std::uint8_t> out;
  std::string clean;
  for (Bytes rest(source); !rest.empty();) append_character(clean, take_utf8(rest));

  bool ascii = true;
  for (const char c : clean) ascii = ascii && static_cast<std::uint8_t>(c) < 0x80;
  if (!ascii) out.push_back(kSelectUtf8);
  source.assign(clean.begin(), clean.end());
  for (Bytes rest(source); !rest.empty();) {
    const Bytes before = rest;
    if (take_utf8(rest) == '\n') continue;
    const Bytes character = before.first(before.size() - rest.size());
    if (out.size() + character.size() > max_bytes) break;
    out.insert(out.end(), character.begin(), character.end());
  }
  // A selector alone is no text.
  if (!ascii && out.size() <= 1) out.clear();
  return out;
}

}  // namespace headwater::psi
