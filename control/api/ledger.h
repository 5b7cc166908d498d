// SPDX-License-Identifier: Apache-2.0
//
// Ledger entries from the counters of a running worker. The worker counts on while they are read, so that one
// reading may catch a packet between two counters: an entry that does not balance is read again until it does
// or until it is plain that it never will. Control threads; may sleep for a few milliseconds.
#pragma once

#include <string>

#include "control/api/snapshot.h"
#include "dataplane/plan/counters.h"

namespace headwater::control::api {

[[nodiscard]] LedgerEntry ledger_entry(std::string id, const dataplane::PortCounters& counters);
[[nodiscard]] LedgerEntry ledger_entry(std::string id, const dataplane::InputCounters& counters);
[[nodiscard]] LedgerEntry ledger_entry(std::string id, const dataplane::OutputCounters& counters);

}  // namespace headwater::control::api
