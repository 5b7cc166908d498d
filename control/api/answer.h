// SPDX-License-Identifier: Apache-2.0
//
// What a route answers where all went well. Any thread.
#pragma once

#include "control/api/json.h"
#include "control/http/message.h"

namespace headwater::control::api {

[[nodiscard]] inline http::Response ok(const Json& json) {
  http::Response response;
  response.body = dump(json);
  return response;
}

}  // namespace headwater::control::api
