// SPDX-License-Identifier: Apache-2.0
#include "control/membership/group_reception.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace headwater::control {

using wire::IgmpRecordType;
using wire::Ipv4Address;

void SourceFilter::add(std::optional<Ipv4Address> source) {
  if (!source) {
    any_source = true;
    sources.clear();
  } else if (!any_source) {
    sources.insert(*source);
  }
}

bool GroupReception::change_to(SourceFilter wanted, unsigned robustness) {
  if (wanted == filter_) return false;
  if (wanted.any_source != filter_.any_source) {
    // The filter-mode-change record states all there is; earlier changes of sources are in it.
    mode_owed_ = robustness;
    sources_owed_.clear();
  } else {
    std::vector<Ipv4Address> changed;
    std::ranges::set_symmetric_difference(filter_.sources, wanted.sources, std::back_inserter(changed));
    for (const Ipv4Address source : changed) sources_owed_[source] = robustness;
  }
  filter_ = std::move(wanted);
  return true;
}

void GroupReception::owe_everything(unsigned robustness) {
  if (filter_.any_source) mode_owed_ = robustness;
  for (const Ipv4Address source : filter_.sources) sources_owed_[source] = robustness;
}

void GroupReception::owe_nothing() {
  mode_owed_ = 0;
  sources_owed_.clear();
}

// RFC 3376 5.1: while a filter-mode change is owed it alone is sent; then ALLOW and BLOCK with every source
// that is owed, by whether it is wanted now.
void GroupReception::take_change_records(std::vector<wire::IgmpGroupRecord>& records) {
  const std::vector<Ipv4Address> wanted(filter_.sources.begin(), filter_.sources.end());
  if (mode_owed_ > 0) {
    --mode_owed_;
    records.push_back(
        {filter_.any_source ? IgmpRecordType::kChangeToExclude : IgmpRecordType::kChangeToInclude, group_,
         wanted});
  } else {
    wire::IgmpGroupRecord allow{IgmpRecordType::kAllowNewSources, group_, {}};
    wire::IgmpGroupRecord block{IgmpRecordType::kBlockOldSources, group_, {}};
    for (const auto& [source, left] : sources_owed_) {
      const bool forward = filter_.any_source || filter_.sources.contains(source);
      (forward ? allow : block).sources.push_back(source);
    }
    if (!allow.sources.empty()) records.push_back(std::move(allow));
    if (!block.sources.empty()) records.push_back(std::move(block));
  }
  for (auto owed = sources_owed_.begin(); owed != sources_owed_.end();) {
    owed = --owed->second == 0 ? sources_owed_.erase(owed) : std::next(owed);
  }
}

void GroupReception::append_current_state(std::vector<wire::IgmpGroupRecord>& records,
                                          const std::set<Ipv4Address>& asked) const {
  if (filter_.wants_nothing()) return;
  wire::IgmpGroupRecord record{IgmpRecordType::kModeIsInclude, group_, {}};
  if (filter_.any_source && asked.empty()) {
    record.type = IgmpRecordType::kModeIsExclude;
  } else if (filter_.any_source) {
    // RFC 3376 5.2, the table's last row: EXCLUDE A, asked for B: IS_IN (B - A), and A is empty here.
    record.sources.assign(asked.begin(), asked.end());
  } else if (asked.empty()) {
    record.sources.assign(filter_.sources.begin(), filter_.sources.end());
  } else {
    std::ranges::set_intersection(filter_.sources, asked, std::back_inserter(record.sources));
    if (record.sources.empty()) return;
  }
  records.push_back(std::move(record));
}

}  // namespace headwater::control
