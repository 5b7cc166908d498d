// SPDX-License-Identifier: Apache-2.0
//
// Questions to the appliance, and its answers in the format that was asked for. One thread.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "control/http/client.h"
#include "tools/hwctl/console.h"
#include "tools/hwctl/fields.h"
#include "tools/hwctl/options.h"

namespace headwater::hwctl {

struct Failed {
  int exit = kFailed;
  std::string message;
};

[[nodiscard]] std::expected<Json, Failed> ask(const std::string& socket,
                                              const control::http::ClientRequest& request,
                                              std::chrono::milliseconds patience = std::chrono::seconds(10));

[[nodiscard]] std::string formatted(const Json& json, const Options& options, bool colour, Renderer render);

}  // namespace headwater::hwctl
