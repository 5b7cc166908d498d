// SPDX-License-Identifier: Apache-2.0
//
// Words for whoever started the program, who may have stopped reading (`headwaterd --check … | head`): what
// cannot be written is no reason to end otherwise than in order. Any thread.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace headwater::daemon {

// False: it could not be written.
template <typename... Arguments>
bool say(std::FILE* to, fmt::format_string<Arguments...> form, Arguments&&... arguments) {
  const std::string text = fmt::format(form, std::forward<Arguments>(arguments)...);
  return std::fwrite(text.data(), 1, text.size(), to) == text.size();
}

}  // namespace headwater::daemon
