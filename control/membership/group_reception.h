// SPDX-License-Identifier: Apache-2.0
//
// What one port wants of one group, and the state-change records that the routers still have to hear about
// it: RFC 3376 3.2 (reception state) and 5.1 (what is sent, and how often, when it changes). No time in here:
// the owner says when a report goes out. Control thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "dataplane/wire/address.h"
#include "dataplane/wire/igmp.h"

namespace headwater::control {

// One input's wish: a group from any source, or from one.
struct Membership {
  wire::Ipv4Address group{};
  std::optional<wire::Ipv4Address> source{};
  friend auto operator<=>(const Membership&, const Membership&) = default;
};

// RFC 3376 3.2: EXCLUDE {} where any wish is for every source, else INCLUDE of the sources.
struct SourceFilter {
  bool any_source = false;
  std::set<wire::Ipv4Address> sources;  // empty where any_source

  void add(std::optional<wire::Ipv4Address> source);
  [[nodiscard]] bool wants_nothing() const { return !any_source && sources.empty(); }
  friend bool operator==(const SourceFilter&, const SourceFilter&) = default;
};

class GroupReception {
 public:
  explicit GroupReception(wire::Ipv4Address group) : group_(group) {}

  [[nodiscard]] wire::Ipv4Address group() const { return group_; }
  [[nodiscard]] const SourceFilter& filter() const { return filter_; }

  // The difference is owed `robustness` times. False where there is none.
  bool change_to(SourceFilter wanted, unsigned robustness);
  // As if all of it had just been joined: for a link that came up.
  void owe_everything(unsigned robustness);
  void owe_nothing();
  [[nodiscard]] bool owes() const { return mode_owed_ > 0 || !sources_owed_.empty(); }
  // The records of the next state-change report; each call counts as one transmission.
  void take_change_records(std::vector<wire::IgmpGroupRecord>& records);

  // RFC 3376 5.2: the answer to a query for the group; `asked` are the query's sources, none for all.
  void append_current_state(std::vector<wire::IgmpGroupRecord>& records,
                            const std::set<wire::Ipv4Address>& asked) const;

 private:
  wire::Ipv4Address group_;
  SourceFilter filter_;
  unsigned mode_owed_ = 0;                              // reports that still carry a filter-mode change
  std::map<wire::Ipv4Address, unsigned> sources_owed_;  // and those that carry a source's change
};

}  // namespace headwater::control
