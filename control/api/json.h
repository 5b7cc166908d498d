// SPDX-License-Identifier: Apache-2.0
//
// Snapshots as the JSON of docs/api.md: every field always there, null where there is nothing to say, in the
// order of the document. The names are a promise to scripts: add, never rename. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "config/model/location.h"
#include "control/api/config_control.h"
#include "control/api/snapshot.h"

namespace headwater::control::api {

using Json = nlohmann::ordered_json;

// A list shows everything but the parts that only `show` has the room for.
enum class Detail : std::uint8_t { kList, kFull };

[[nodiscard]] Json to_json(const StatusSnapshot& status);
[[nodiscard]] Json to_json(const TimeSnapshot& time);
[[nodiscard]] Json to_json(const ChannelSnapshot& channel, Detail detail);
[[nodiscard]] Json to_json(const InputSnapshot& input, Detail detail);
[[nodiscard]] Json to_json(const PortSnapshot& port);
// {"balanced":…,"entries":[…]}
[[nodiscard]] Json to_json(const std::vector<LedgerEntry>& entries);
// {"valid":…,"errors":[…],"warnings":[…]}
[[nodiscard]] Json to_json(const config::Problems& problems);
// {"applied":…,"file":…,"errors":[…],"warnings":[…],"changes":{…}}
[[nodiscard]] Json to_json(const AppliedConfig& applied);
[[nodiscard]] Json to_json(const RevisionSnapshot& revision);

// One line. Text that is no UTF-8 (a service name off the air) comes out with U+FFFD in its place.
[[nodiscard]] std::string dump(const Json& json);

}  // namespace headwater::control::api
