// SPDX-License-Identifier: Apache-2.0
//
// A transport stream of one teletext subtitle page (888) whose text counts seconds: EN 300 472 carriage of EN
// 300 706 packets. FFmpeg encodes no teletext, but copies it into the services that hwgen makes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "psi/base/pid.h"

namespace headwater::hwgen {

// `language` is ISO 639-2, three letters.
[[nodiscard]] std::vector<std::uint8_t> make_teletext(std::string_view language, std::int64_t seconds);

}  // namespace headwater::hwgen
