// SPDX-License-Identifier: Apache-2.0
#include "control/membership/host_membership.h"

#include <algorithm>
#include <utility>

namespace headwater::control {

using wire::IgmpVersion;
using wire::Ipv4Address;

HostMembership::HostMembership(std::size_t maximum_message, std::uint64_t seed, Sink sink)
    : maximum_message_(maximum_message), sink_(std::move(sink)), random_(seed) {}

void HostMembership::set_memberships(Instant now, std::span<const Membership> wanted) {
  update_version(now);
  std::map<Ipv4Address, SourceFilter> filters;
  refused_.clear();
  for (const Membership& membership : wanted) {
    // RFC 3376 5: 224.0.0.1 is never reported.
    if (!membership.group.is_multicast() || membership.group == wire::kAllSystems) continue;
    if (membership.group.is_source_specific() && !membership.source) {
      refused_.insert(membership.group);
    } else {
      filters[membership.group].add(membership.source);
    }
  }
  for (const auto& [address, group] : groups_) filters.try_emplace(address);  // what is wanted no more

  bool changed = false;
  for (auto& [address, filter] : filters) {
    Group& group = groups_.try_emplace(address, Group{.reception = GroupReception(address)}).first->second;
    const bool was_member = !group.reception.filter().wants_nothing();
    if (!group.reception.change_to(std::move(filter), robustness_)) continue;
    changed = true;
    if (version_ == IgmpVersion::kV3) continue;
    // RFC 3376 7.2.1: only the older protocol, which knows no sources.
    group.reception.owe_nothing();
    const bool is_member = !group.reception.filter().wants_nothing();
    if (is_member && !was_member) join_old(now, group);
    if (was_member && !is_member) send_leave(group);
  }
  if (changed && version_ == IgmpVersion::kV3) send_changes(now);
  forget_empty_groups();
}

void HostMembership::rejoin(Instant now) {
  v1_until_.reset();
  v2_until_.reset();
  querier_.reset();
  robustness_ = kRobustness;
  query_interval_ = kQueryInterval;
  enter_version(now, IgmpVersion::kV3);
}

void HostMembership::receive(Instant now, Ipv4Address source, const wire::IgmpQuery& query) {
  note_querier(now, source, query);
  update_version(now);
  answer(now, query);
  tick(now);
}

// RFC 2236 3 and 6: another host's report stops a pending one of ours. RFC 9776 7.2.2:
// in v3 mode, and for a source-specific group, it never does.
void HostMembership::receive(Instant now, const wire::IgmpOldReport& report) {
  update_version(now);
  const auto found = groups_.find(report.group);
  if (version_ == IgmpVersion::kV3 || report.group.is_source_specific() || found == groups_.end()) return;
  Group& group = found->second;
  if (!group.report_at) return;
  group.report_at.reset();
  group.repeats = 0;
  ++counters_.reports_suppressed;
}

void HostMembership::tick(Instant now) {
  update_version(now);
  if (general_at_ && *general_at_ <= now) send_general_answer();
  if (change_at_ && *change_at_ <= now) {
    send_changes(now);
    forget_empty_groups();
  }
  if (group_at_ && *group_at_ <= now) send_due_groups(now);
}

std::optional<Instant> HostMembership::next_deadline() const {
  std::optional<Instant> earliest;
  for (const auto& at : {general_at_, change_at_, group_at_, v1_until_, v2_until_}) {
    if (at && (!earliest || *at < *earliest)) earliest = at;
  }
  return earliest;
}

bool HostMembership::settled() const {
  return !change_at_ &&
         std::ranges::none_of(groups_, [](const auto& entry) { return entry.second.repeats > 0; });
}

bool HostMembership::is_member(Ipv4Address group) const {
  const auto found = groups_.find(group);
  return found != groups_.end() && !found->second.reception.filter().wants_nothing();
}

std::vector<GroupStatus> HostMembership::groups() const {
  std::vector<GroupStatus> statuses;
  for (const auto& [address, group] : groups_) {
    const SourceFilter& filter = group.reception.filter();
    if (filter.wants_nothing()) continue;
    const bool by_group_only = version_ != IgmpVersion::kV3 && !filter.any_source;
    statuses.push_back(
        {.group = address,
         .sources = {filter.sources.begin(), filter.sources.end()},
         .state = by_group_only ? GroupStatus::State::kByGroupOnly : GroupStatus::State::kReported});
  }
  for (const Ipv4Address address : refused_) {
    statuses.push_back({.group = address, .sources = {}, .state = GroupStatus::State::kNeedsSource});
  }
  return statuses;
}

void HostMembership::update_version(Instant now) {
  if (v1_until_ && *v1_until_ <= now) v1_until_.reset();
  if (v2_until_ && *v2_until_ <= now) v2_until_.reset();
  const IgmpVersion version = v1_until_ ? IgmpVersion::kV1 : v2_until_ ? IgmpVersion::kV2 : IgmpVersion::kV3;
  if (version != version_) enter_version(now, version);
}

// RFC 3376 7.2.1: a change of version cancels all pending responses and retransmissions. Back in v3, all is
// announced: the older version could not say the sources.
void HostMembership::enter_version(Instant now, IgmpVersion version) {
  version_ = version;
  general_at_.reset();
  change_at_.reset();
  group_at_.reset();
  for (auto& [address, group] : groups_) {
    group.reception.owe_nothing();
    group.report_at.reset();
    group.asked.clear();
    group.repeats = 0;
  }
  forget_empty_groups();
  if (version == IgmpVersion::kV3) announce(now);
}

void HostMembership::note_querier(Instant now, Ipv4Address source, const wire::IgmpQuery& query) {
  if (query.is_general()) querier_ = Querier{.address = source, .version = query.version, .last_heard = now};
  if (query.version == IgmpVersion::kV3) {
    ++counters_.queries_v3;
    // RFC 3376 4.1.6, 4.1.7: the querier's values, the defaults for zero. A robustness of 1 would repeat
    // nothing (8.1 advises against it): not followed.
    robustness_ = std::max(kRobustness, unsigned{query.robustness.value_or(kRobustness)});
    query_interval_ = query.query_interval > Ticks27{} ? query.query_interval : kQueryInterval;
    return;
  }
  ++(query.version == IgmpVersion::kV1 ? counters_.queries_v1 : counters_.queries_v2);
  if ((query.is_general() || query.group.is_source_specific()) && wants_source_specific()) {
    ++counters_.older_queries_for_source_specific;
  }
  // RFC 3376 7.2.1: any v1 query, but of v2 only a general one. 8.12: the time-out.
  const Instant until = now + query_interval_ * robustness_ + query.max_response;
  if (query.version == IgmpVersion::kV1) {
    v1_until_ = until;
  } else if (query.is_general()) {
    v2_until_ = until;
  }
}

void HostMembership::answer(Instant now, const wire::IgmpQuery& query) {
  const auto found = groups_.find(query.group);
  if (!query.is_general() && found == groups_.end()) return;
  if (version_ != IgmpVersion::kV3) {
    // RFC 2236 4: a v1 host answers within 10 s, whatever it is asked.
    const Ticks27 maximum = version_ == IgmpVersion::kV1 ? Ticks27::seconds(10) : query.max_response;
    if (!query.is_general()) return answer_old(now, maximum, found->second);
    for (auto& [address, group] : groups_) answer_old(now, maximum, group);
    return;
  }
  // RFC 3376 5.2, rules 1 and 2: a pending answer to a general query that comes sooner answers all.
  const Instant at = random_instant(now, query.max_response);
  if (general_at_ && *general_at_ <= at) return;
  if (query.is_general()) {
    general_at_ = at;
  } else {
    answer_for_group(at, query, found->second);
  }
}

// RFC 3376 5.2, rules 3 to 5.
void HostMembership::answer_for_group(Instant at, const wire::IgmpQuery& query, Group& group) {
  if (group.reception.filter().wants_nothing()) return;
  if (!group.report_at) {
    group.asked.insert(query.sources.begin(), query.sources.end());
    return schedule(group, at);
  }
  if (query.sources.empty() || group.asked.empty()) {
    group.asked.clear();
  } else {
    group.asked.insert(query.sources.begin(), query.sources.end());
    if (group.asked.size() > kMaximumAsked) group.asked.clear();  // then the whole group is told
  }
  schedule(group, std::min(at, *group.report_at));
}

// RFC 2236 3: a running timer is set anew only where less time than it has left is allowed.
void HostMembership::answer_old(Instant now, Ticks27 maximum, Group& group) {
  if (group.report_at && *group.report_at - now <= maximum) return;
  schedule(group, random_instant(now, maximum));
}

// RFC 2236 3: at once, and repeated; by RFC 3376's interval, shorter than version 2's own 10 s.
void HostMembership::join_old(Instant now, Group& group) {
  send_old_report(group);
  group.repeats = robustness_ - 1;
  schedule(group, random_instant(now, kUnsolicitedReportInterval));
}

void HostMembership::schedule(Group& group, Instant at) {
  group.report_at = at;
  if (!group_at_ || at < *group_at_) group_at_ = at;
}

void HostMembership::announce(Instant now) {
  for (auto& [address, group] : groups_) group.reception.owe_everything(robustness_);
  send_changes(now);
}

void HostMembership::send_general_answer() {
  general_at_.reset();
  std::vector<wire::IgmpGroupRecord> records;
  for (const auto& [address, group] : groups_) group.reception.append_current_state(records, {});
  send_reports(records);
}

// RFC 3376 5.1: a change is sent at once, merged with what is still owed, and repeated at random instants
// within the unsolicited report interval. All groups share one timer, so that a thousand joins are a few
// messages.
void HostMembership::send_changes(Instant now) {
  change_at_.reset();
  std::vector<wire::IgmpGroupRecord> records;
  bool owed = false;
  for (auto& [address, group] : groups_) {
    if (!group.reception.owes()) continue;
    group.reception.take_change_records(records);
    owed = owed || group.reception.owes();
  }
  send_reports(records);
  if (owed) change_at_ = random_instant(now, kUnsolicitedReportInterval);
}

void HostMembership::send_due_groups(Instant now) {
  group_at_.reset();
  std::vector<wire::IgmpGroupRecord> records;
  for (auto& [address, group] : groups_) {
    if (!group.report_at) continue;
    if (*group.report_at > now) {
      schedule(group, *group.report_at);
      continue;
    }
    group.report_at.reset();
    if (version_ == IgmpVersion::kV3) {
      group.reception.append_current_state(records, group.asked);
      group.asked.clear();
      continue;
    }
    send_old_report(group);
    if (group.repeats == 0) continue;
    --group.repeats;
    if (group.repeats > 0) schedule(group, random_instant(now, kUnsolicitedReportInterval));
  }
  send_reports(records);
}

void HostMembership::send_reports(std::span<const wire::IgmpGroupRecord> records) {
  for (const auto& message : wire::build_igmp_reports(records, maximum_message_)) {
    sink_(wire::kAllIgmpv3Routers, message);
    ++counters_.reports_sent;
  }
}

void HostMembership::send_old_report(const Group& group) {
  const Ipv4Address address = group.reception.group();
  sink_(address, wire::build_igmp_old_report({.version = version_, .group = address}));
  ++counters_.reports_sent;
}

// RFC 2236 3: whether another member has reported last is not kept: a leave too many only costs a query.
void HostMembership::send_leave(const Group& group) {
  if (version_ == IgmpVersion::kV1) return;
  sink_(wire::kAllRouters, wire::build_igmp_leave({group.reception.group()}));
  ++counters_.leaves_sent;
}

void HostMembership::forget_empty_groups() {
  std::erase_if(groups_, [](const auto& entry) {
    const GroupReception& reception = entry.second.reception;
    return reception.filter().wants_nothing() && !reception.owes();
  });
}

bool HostMembership::wants_source_specific() const {
  return std::ranges::any_of(groups_, [](const auto& entry) {
    return entry.first.is_source_specific() && !entry.second.reception.filter().wants_nothing();
  });
}

// RFC 3376 5.1 and 5.2: from (0, maximum].
Instant HostMembership::random_instant(Instant now, Ticks27 maximum) {
  if (maximum <= Ticks27{}) return now;
  const auto range = static_cast<std::uint64_t>(maximum.value);
  return now + Ticks27{1 + static_cast<std::int64_t>(random_() % range)};
}

}  // namespace headwater::control
