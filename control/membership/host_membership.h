// SPDX-License-Identifier: Apache-2.0
//
// The host side of IGMP on one port: RFC 3376 5 and 7.2, falling back to RFC 2236 and RFC 1112 while an older
// querier is heard. A state machine over messages: frames, and whether one may be believed, are
// igmp_filter's and port_host's. Random delays come from a seed, so that a run can be repeated. Control
// thread; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "control/membership/group_reception.h"
#include "dataplane/wire/address.h"
#include "dataplane/wire/igmp.h"
#include "psi/base/bytes.h"
#include "psi/base/ticks.h"

namespace headwater::control {

struct HostMembershipCounters {
  std::uint64_t queries_v1 = 0, queries_v2 = 0, queries_v3 = 0;
  std::uint64_t reports_sent = 0, leaves_sent = 0;  // messages
  std::uint64_t reports_suppressed = 0;             // v1 and v2: another host answered first
  // RFC 9776 7.2.1: an older querier while source-specific groups are wanted; worth an alarm.
  std::uint64_t older_queries_for_source_specific = 0;
};

struct Querier {
  wire::Ipv4Address address;  // 0.0.0.0: a switch that queries without an address of its own
  wire::IgmpVersion version = wire::IgmpVersion::kV3;
  Instant last_heard;
};

struct GroupStatus {
  enum class State : std::uint8_t {
    kReported,     // as wanted
    kByGroupOnly,  // sources are wanted, but an older querier lets only the group be said
    kNeedsSource,  // in 232/8 without a source: never reported, RFC 4604, RFC 9776 4.2.13
  };
  wire::Ipv4Address group;
  std::vector<wire::Ipv4Address> sources;  // empty: any
  State state = State::kReported;
};

class HostMembership {
 public:
  // Takes an IGMP message to send to `destination`.
  using Sink = std::function<void(wire::Ipv4Address destination, Bytes message)>;

  // RFC 3376 8.
  static constexpr unsigned kRobustness = 2;
  static constexpr Ticks27 kQueryInterval = Ticks27::seconds(125);
  static constexpr Ticks27 kUnsolicitedReportInterval = Ticks27::seconds(1);
  // RFC 3376 9.1: of the sources asked for, so that forged queries cannot fill the memory.
  static constexpr std::size_t kMaximumAsked = 1024;

  HostMembership(std::size_t maximum_message, std::uint64_t seed, Sink sink);

  // Everything that is wanted from now on; what differs from before is reported at once. Groups that are
  // none, and 224.0.0.1, are left out.
  void set_memberships(Instant now, std::span<const Membership> wanted);
  void leave_all(Instant now) { set_memberships(now, {}); }
  // The link came up: whoever is there has heard nothing yet, and nobody has been heard.
  void rejoin(Instant now);

  void receive(Instant now, wire::Ipv4Address source, const wire::IgmpQuery& query);
  void receive(Instant now, const wire::IgmpOldReport& report);

  // Sends what is due. next_deadline: nullopt where nothing ever will be without a change.
  void tick(Instant now);
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  // Every change has been said as often as it has to be: a process that leaves may end.
  [[nodiscard]] bool settled() const;

  [[nodiscard]] bool is_member(wire::Ipv4Address group) const;
  [[nodiscard]] wire::IgmpVersion version() const { return version_; }
  [[nodiscard]] const std::optional<Querier>& querier() const { return querier_; }
  [[nodiscard]] std::vector<GroupStatus> groups() const;
  [[nodiscard]] const HostMembershipCounters& counters() const { return counters_; }

 private:
  struct Group {
    GroupReception reception;
    // RFC 3376 5.2: a pending answer to a query for this group. In v1 and v2 mode, every pending report.
    std::optional<Instant> report_at{};
    std::set<wire::Ipv4Address> asked{};  // none: the whole group
    unsigned repeats = 0;                 // v1 and v2: unsolicited reports that follow
  };
  using Groups = std::map<wire::Ipv4Address, Group>;

  void update_version(Instant now);
  void enter_version(Instant now, wire::IgmpVersion version);
  void note_querier(Instant now, wire::Ipv4Address source, const wire::IgmpQuery& query);
  void answer(Instant now, const wire::IgmpQuery& query);
  void answer_for_group(Instant at, const wire::IgmpQuery& query, Group& group);
  void answer_old(Instant now, Ticks27 maximum, Group& group);
  void join_old(Instant now, Group& group);
  void schedule(Group& group, Instant at);
  void announce(Instant now);
  void send_general_answer();
  void send_changes(Instant now);
  void send_due_groups(Instant now);
  void send_reports(std::span<const wire::IgmpGroupRecord> records);
  void send_old_report(const Group& group);
  void send_leave(const Group& group);
  void forget_empty_groups();
  [[nodiscard]] bool wants_source_specific() const;
  [[nodiscard]] Instant random_instant(Instant now, Ticks27 maximum);

  const std::size_t maximum_message_;
  const Sink sink_;
  std::mt19937_64 random_;

  Groups groups_;                        // also those left whose leaving is still to be repeated
  std::set<wire::Ipv4Address> refused_;  // kNeedsSource
  std::optional<Instant> general_at_;    // a pending answer to a general query
  std::optional<Instant> change_at_;     // the next transmission of state changes
  std::optional<Instant> group_at_;      // no group's report_at is before

  wire::IgmpVersion version_ = wire::IgmpVersion::kV3;
  std::optional<Instant> v1_until_, v2_until_;  // RFC 3376 7.2.1: older version querier present
  unsigned robustness_ = kRobustness;
  Ticks27 query_interval_ = kQueryInterval;
  std::optional<Querier> querier_;
  HostMembershipCounters counters_;
};

}  // namespace headwater::control
