// SPDX-License-Identifier: Apache-2.0
#include "control/http/message.h"

#include <fmt/format.h>

namespace headwater::control::http {
namespace {

// RFC 8259 7: quotation mark, reverse solidus and control characters are escaped. Bytes that are no UTF-8 (a
// path may hold any) become '?': JSON text is UTF-8 only, and only ASCII needs to survive in a message.
std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += byte < 0x80 ? c : '?';
    }
  }
  return out + '"';
}

}  // namespace

Response error_response(unsigned status, std::string_view message) {
  Response response;
  response.status = status;
  response.body =
      fmt::format("{{\"error\":{{\"status\":{},\"message\":{}}}}}\n", status, json_string(message));
  return response;
}

}  // namespace headwater::control::http
