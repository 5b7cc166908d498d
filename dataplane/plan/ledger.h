// SPDX-License-Identifier: Apache-2.0
//
// The ledger's equations over the counters, term by term, each by its counter's own name: what came in is
// what went out plus what is held plus each named drop. Tests and the API read them. Counters run on while
// they are read: only where their writer rests is one reading exact. Any thread but a worker's (allocates).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "dataplane/plan/counters.h"

namespace headwater::dataplane {

struct LedgerTerm {
  std::string name;
  std::int64_t value = 0;
};

struct LedgerEquation {
  std::string name;  // what it counts
  std::vector<LedgerTerm> left, right;

  [[nodiscard]] std::int64_t left_sum() const { return sum(left); }
  [[nodiscard]] std::int64_t right_sum() const { return sum(right); }
  [[nodiscard]] bool balanced() const { return left_sum() == right_sum(); }

 private:
  [[nodiscard]] static std::int64_t sum(const std::vector<LedgerTerm>& terms) {
    std::int64_t total = 0;
    for (const LedgerTerm& term : terms) total += term.value;
    return total;
  }
};

[[nodiscard]] inline LedgerTerm term(const char* name, const Counter& counter) {
  return {name, static_cast<std::int64_t>(counter.get())};
}
[[nodiscard]] inline LedgerTerm term(const char* name, const Gauge& gauge) {
  return {name, gauge.get()};
}

[[nodiscard]] inline std::vector<LedgerEquation> ledger(const PortCounters& c) {
  return {{"frames_received",
           {term("received", c.received)},
           {term("to_input", c.to_input), term("punted", c.punted),
            term("drop_multi_segment", c.drop_multi_segment), term("drop_truncated", c.drop_truncated),
            term("drop_not_ip", c.drop_not_ip), term("drop_other_mac", c.drop_other_mac),
            term("drop_vlan", c.drop_vlan), term("drop_ip_header", c.drop_ip_header),
            term("drop_ip_checksum", c.drop_ip_checksum), term("drop_fragment", c.drop_fragment),
            term("drop_not_udp", c.drop_not_udp), term("drop_udp_length", c.drop_udp_length),
            term("drop_udp_checksum", c.drop_udp_checksum), term("drop_no_input", c.drop_no_input),
            term("drop_punt_full", c.drop_punt_full), term("drop_other_arp", c.drop_other_arp),
            term("drop_handover_full", c.drop_handover_full)}},
          {"frames_to_send",
           {term("to_send", c.to_send)},
           {term("sent", c.sent), term("tx_held", c.tx_held), term("drop_tx_full", c.drop_tx_full),
            term("drop_no_buffer", c.drop_no_buffer), term("drop_stopped", c.drop_stopped)}}};
}

[[nodiscard]] inline std::vector<LedgerEquation> ledger(const InputCounters& c) {
  return {{"datagrams",
           {term("datagrams", c.datagrams)},
           {term("accepted", c.accepted), term("datagrams_held", c.datagrams_held),
            term("drop_rtp_header", c.drop_rtp_header), term("drop_rtp_other", c.drop_rtp_other),
            term("drop_rtp_duplicate", c.drop_rtp_duplicate), term("drop_rtp_late", c.drop_rtp_late),
            term("drop_payload_size", c.drop_payload_size), term("drop_stopped", c.drop_stopped)}},
          {"packets",
           {term("packets", c.packets)},
           {term("routed", c.routed), term("psi", c.psi), term("null", c.null), term("unrouted", c.unrouted),
            term("drop_sync", c.drop_sync), term("drop_transport_error", c.drop_transport_error),
            term("drop_malformed", c.drop_malformed), term("drop_history_full", c.drop_history_full)}}};
}

[[nodiscard]] inline std::vector<LedgerEquation> ledger(const OutputCounters& c) {
  return {{"packets_offered",
           {term("offered", c.offered)},
           {term("passed_over", c.passed_over), term("copies_in", c.copies_in), term("expelled", c.expelled),
            term("history_held", c.history_held)}},
          {"packets_emitted",
           {term("copies_in", c.copies_in), term("inserted_pat", c.inserted_pat),
            term("inserted_pmt", c.inserted_pmt), term("inserted_sdt", c.inserted_sdt)},
           {term("emitted", c.emitted), term("held", c.held), term("drop_scrambled", c.drop_scrambled),
            term("drop_tx_full", c.drop_tx_full), term("drop_no_buffer", c.drop_no_buffer),
            term("drop_delay", c.drop_delay), term("drop_stopped", c.drop_stopped)}}};
}

// What is counted beside the equations.
[[nodiscard]] inline std::vector<LedgerTerm> events(const PortCounters& c) {
  return {term("received_bytes", c.received_bytes), term("sent_bytes", c.sent_bytes),
          term("injected", c.injected)};
}

[[nodiscard]] inline std::vector<LedgerTerm> events(const InputCounters& c) {
  return {term("bytes", c.bytes),
          term("rtp_lost", c.rtp_lost),
          term("rtp_reordered", c.rtp_reordered),
          term("rtp_restarts", c.rtp_restarts),
          term("torn_bytes", c.torn_bytes),
          term("ts_sync_loss", c.ts_sync_loss),
          term("sync_byte_error", c.sync_byte_error),
          term("cc_error", c.cc_error),
          term("duplicate_packets", c.duplicate_packets),
          term("scrambled", c.scrambled),
          term("pcr_discontinuity", c.pcr_discontinuity),
          term("pcr_seen", c.pcr_seen),
          term("pat_error", c.pat_error),
          term("pmt_error", c.pmt_error),
          term("pid_error", c.pid_error),
          term("sections_punted", c.sections_punted),
          term("sections_unchanged", c.sections_unchanged),
          term("section_errors", c.section_errors),
          term("sections_punt_full", c.sections_punt_full),
          term("sections_throttled", c.sections_throttled),
          term("file_loops", c.file_loops)};
}

[[nodiscard]] inline std::vector<LedgerTerm> events(const OutputCounters& c) {
  return {term("emitted_bytes", c.emitted_bytes), term("datagrams", c.datagrams),
          term("late_departures", c.late_departures), term("changes_skipped", c.changes_skipped)};
}

// Each drop_* that is not zero: all of them are terms of an equation.
template <typename Counters>
[[nodiscard]] std::vector<LedgerTerm> drops(const Counters& counters) {
  std::vector<LedgerTerm> out;
  for (const LedgerEquation& equation : ledger(counters)) {
    for (const LedgerTerm& each : equation.right) {
      if (each.name.starts_with("drop_") && each.value != 0) out.push_back(each);
    }
  }
  return out;
}

}  // namespace headwater::dataplane
