// SPDX-License-Identifier: Apache-2.0
//
// The API's paths under /v1, as docs/api.md lists them, answered from an ApplianceView. The router's server
// calls the handlers, and so the view, on its thread; the view outlives the router.
#pragma once

#include "control/api/view.h"
#include "control/http/router.h"

namespace headwater::control::api {

void add_routes(http::Router& router, ApplianceView& view);

}  // namespace headwater::control::api
