// SPDX-License-Identifier: Apache-2.0
//
// The API's paths under /v1, as docs/api.md lists them, answered from an ApplianceView. The router's server
// calls the handlers, and so the view, on its thread; the view outlives the router.
#pragma once

#include "control/api/config_control.h"
#include "control/api/view.h"
#include "control/http/router.h"

namespace headwater::control::api {

void add_routes(http::Router& router, ApplianceView& view);
// Those that change the configuration, and tell of its revisions.
void add_config_routes(http::Router& router, ConfigControl& control);

}  // namespace headwater::control::api
