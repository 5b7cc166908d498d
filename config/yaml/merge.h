// SPDX-License-Identifier: Apache-2.0
//
// How trees come together: built-in < defaults < profile < channel (maps merge, lists and values replace),
// and the files of one configuration (maps and lists join, nothing may stand twice). Each value keeps its
// place. Any thread.
#pragma once

#include <vector>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

// What `over` says counts, the rest comes from `base`. Either may be null: nothing said.
[[nodiscard]] NodePtr overlay(const NodePtr& base, const NodePtr& over);

// The roots of all files as one. `include` and `lineup` are left out.
[[nodiscard]] NodePtr join(const std::vector<NodePtr>& roots, Report& report);

}  // namespace headwater::config
