// SPDX-License-Identifier: Apache-2.0
//
// A configuration written out: every channel whole, behind each value the file and line that it comes from.
// What comes out is itself a configuration, which loads to the same and with no other warnings: of keys that
// are without effect the default is never said. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "config/model/configuration.h"

namespace headwater::config {

enum class Defaults : std::uint8_t { kLeftOut, kSaid };
[[nodiscard]] std::string expanded(const Configuration& configuration, Defaults defaults = Defaults::kSaid);

}  // namespace headwater::config
