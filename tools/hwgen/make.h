// SPDX-License-Identifier: Apache-2.0
//
// `hwgen make`: a file of one service, encoded by the program ffmpeg.
#pragma once

#include <expected>
#include <string>

#include "tools/hwgen/make_options.h"

namespace headwater::hwgen {

[[nodiscard]] std::expected<void, std::string> make(const MakeOptions& options);

}  // namespace headwater::hwgen
