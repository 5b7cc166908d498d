// SPDX-License-Identifier: Apache-2.0
//
// The list of what hwctl can do: parsing, help, completion and running all read it. Constant; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/hwctl/render.h"

namespace headwater::hwctl {

struct Command {
  std::string_view noun;
  std::string_view verb;      // empty: the noun says it all
  std::string_view argument;  // "ID"; empty: takes none
  bool argument_optional = false;
  std::string_view summary;  // one line, for the list
  std::string_view details;  // for its own help
  enum class Does {
    kGet,
    kVersion,
    kCheck,
    kShow,
    kApply,
    kRollBack,
    kConfirm,
    kDiff,
    kImport,
    kCompletion
  } does = Does::kGet;
  std::string_view path{};             // of the API; the argument is appended
  Renderer render = nullptr;           // of kGet
  Renderer render_argument = nullptr;  // of kGet with an optional argument given
  std::string_view completes_from{};   // the API path that knows the possible arguments
  std::string_view completes_array{};  // and where in its answer they are
  std::string_view completes_key{};
};

[[nodiscard]] std::span<const Command> commands();
[[nodiscard]] const Command* find_command(std::string_view noun, std::string_view verb);
[[nodiscard]] std::vector<std::string> nouns();                          // each once, in order
[[nodiscard]] std::vector<std::string> verbs_of(std::string_view noun);  // without the empty one

// "channel show ID"
[[nodiscard]] std::string usage_line(const Command& command);

[[nodiscard]] std::string help();
[[nodiscard]] std::string help_for(std::string_view noun);  // all its commands

}  // namespace headwater::hwctl
