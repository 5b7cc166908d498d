// SPDX-License-Identifier: Apache-2.0
//
// The named drops of any counter block, for what the API shows. Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control/api/snapshot.h"
#include "dataplane/plan/ledger.h"

namespace headwater::daemon {

// The drop_* that are not zero.
template <typename Counters>
[[nodiscard]] std::vector<control::api::Term> drops_of(const Counters& counters) {
  std::vector<control::api::Term> drops;
  for (const dataplane::LedgerEquation& equation : dataplane::ledger(counters)) {
    for (const dataplane::LedgerTerm& term : equation.right) {
      if (term.value != 0 && term.name.starts_with("drop_"))
        drops.push_back({std::string(term.name), term.value});
    }
  }
  return drops;
}

// What a destination or source is called: "rtp://239.20.0.1:5000".
[[nodiscard]] inline std::string url_of(bool rtp, const std::string& group, unsigned port) {
  return (rtp ? "rtp://" : "udp://") + group + ":" + std::to_string(port);
}

}  // namespace headwater::daemon
