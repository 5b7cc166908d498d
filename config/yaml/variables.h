// SPDX-License-Identifier: Apache-2.0
//
// `variables:` and where they are used: `${name}` in any value stands for the variable's text, `$${` for `${`
// itself. A variable may use others, in chains of any length. Bounded in what comes out, so that no file can
// exhaust the machine. Any thread.
#pragma once

#include <cstddef>

#include "config/yaml/node.h"
#include "config/yaml/report.h"

namespace headwater::config {

inline constexpr std::size_t kMaxExpanded = 4096;            // bytes of one value
inline constexpr std::size_t kMaxAllExpanded = 64ULL << 20;  // of all values together

// The tree with every use replaced; a value keeps the place where it is used. Errors: unknown ones, those
// that use themselves, those that are no single value.
[[nodiscard]] NodePtr substitute(const NodePtr& root, Report& report);

}  // namespace headwater::config
