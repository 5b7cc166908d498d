// SPDX-License-Identifier: Apache-2.0
//
// From hwctl's arguments to what is asked for, or to what is wrong with them. Pure; any thread.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/import/import.h"
#include "tools/hwctl/commands.h"

namespace headwater::hwctl {

enum class Format { kTable, kJson, kYaml };

struct Options {
  const Command* command = nullptr;  // none where `help` holds the answer already, or `complete` is asked
  std::string argument;              // empty: none given
  Format format = Format::kTable;
  std::optional<std::chrono::milliseconds> watch;
  std::string socket;
  bool expanded = false;
  std::optional<std::chrono::seconds> confirm_within;
  bool at_next_start = false;
  std::optional<config::ListFormat> list_format;  // none: as the file shows
  config::ImportChoices import;
  std::string help;      // to be printed and nothing else
  std::string complete;  // the noun whose possible arguments the completion script asks for
};

// `environment_socket` is $HEADWATER_SOCKET, empty where it is not set. The error is what to tell the user.
[[nodiscard]] std::expected<Options, std::string> parse(const std::vector<std::string>& arguments,
                                                        const std::string& environment_socket);

}  // namespace headwater::hwctl
