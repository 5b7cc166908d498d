// SPDX-License-Identifier: Apache-2.0
//
// From the operator's files to a typed, complete and checked configuration. Every error of all files comes in
// one go, each with its place; a configuration that comes out can be compiled. Start-up and control threads;
// may block on files.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/configuration.h"
#include "config/model/location.h"
#include "config/yaml/sources.h"

namespace headwater::config {

struct Loaded {
  Configuration configuration;
  std::vector<Problem> warnings;  // what runs, but is hardly meant
  Sources sources;                // of load(): what it was read from
};

// A file, or a folder of which every *.yaml is read, by name. `include:` is followed; each file is read once.
[[nodiscard]] std::expected<Loaded, Problems> load(const std::filesystem::path& path);

// The same from what was kept of an earlier load(), whatever became of the files.
[[nodiscard]] std::expected<Loaded, Problems> load(const Sources& kept);

// The same for one text, without touching any file: `include:` is an error here. `file_name` stands in the
// messages, and relative paths are relative to its folder.
[[nodiscard]] std::expected<Loaded, Problems> parse(std::string_view text,
                                                    const std::filesystem::path& file_name);

}  // namespace headwater::config
