// SPDX-License-Identifier: Apache-2.0
//
// What a start runs: the last confirmed revision, so that a file which somebody has begun to edit takes
// nothing off the air; the file where there is none yet, or where it is asked for. May block on files.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "config/yaml/yaml.h"
#include "control/store/revisions.h"

namespace headwater::daemon {

// Reads a configuration, and has the command line's overrides in it.
struct ConfigurationSource {
  std::string file;
  std::function<std::expected<config::Loaded, config::Problems>()> load;
  std::function<std::expected<config::Loaded, config::Problems>(const config::Sources&)> load_kept;
};

struct FirstConfiguration {
  config::Loaded loaded;
  std::optional<control::Revisions> revisions;
  std::optional<std::uint32_t> revision;  // that it is; none: the file, not kept yet
  std::string trouble;                    // what an operator has to know of the file or of the revisions
};

// `state_directory`: that of the command line. `take_file`: whatever is confirmed. The error is for the
// operator, one a line.
[[nodiscard]] std::expected<FirstConfiguration, std::string> first_configuration(
    const ConfigurationSource& source, const std::optional<std::string>& state_directory, bool take_file);

}  // namespace headwater::daemon
