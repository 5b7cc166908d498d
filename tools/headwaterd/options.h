// SPDX-License-Identifier: Apache-2.0
//
// headwaterd's command line. What is given there wins over the file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/model/configuration.h"
#include "control/log/log.h"

namespace headwater::daemon {

struct Options {
  std::filesystem::path config;
  control::Severity log_level = control::Severity::kInfo;
  std::optional<std::string> socket;
  std::optional<std::string> state_directory;
  bool take_file = false;  // whatever revision is confirmed
};

struct ParsedOptions {
  Options options;
  // Set where there is nothing to run: --help, --version, --check, or words that are wrong (said on stderr).
  std::optional<int> exit_code;
};

[[nodiscard]] ParsedOptions parse_options(int argc, const char* const* argv);
void apply_overrides(const Options& options, config::Configuration& configuration);

}  // namespace headwater::daemon
