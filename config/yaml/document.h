// SPDX-License-Identifier: Apache-2.0
//
// The only user of yaml-cpp: text to Nodes. yaml-cpp 0.7 takes a key twice in silence and ignores `<<`; both
// are errors here. Bounded in size, depth and number of nodes, so that no file can exhaust the machine. Any
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

inline constexpr std::size_t kMaxFileSize = 16U << 20;
inline constexpr std::size_t kMaxDepth = 32;

// The root of the text's one document. Never null: an empty or unreadable text gives an empty map, what is
// wrong with it stands in `report`.
[[nodiscard]] NodePtr read_document(std::string_view text, const std::string& file, Report& report);

}  // namespace headwater::config
