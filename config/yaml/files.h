// SPDX-License-Identifier: Apache-2.0
//
// The files of one configuration: the one named, or all of a folder, and what `include` adds. May block on
// files.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "config/yaml/file_access.h"
#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

inline constexpr std::size_t kMaxFiles = 10'000;

// One root a file, in the order of reading; each file once, however often it is named.
[[nodiscard]] std::vector<NodePtr> read_files(const std::filesystem::path& path, FileAccess& access,
                                              Report& report);

// The root of a text that may not include anything.
[[nodiscard]] NodePtr read_text(std::string_view text, const std::filesystem::path& file_name,
                                Report& report);

}  // namespace headwater::config
