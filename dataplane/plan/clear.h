// SPDX-License-Identifier: Apache-2.0
//
// Sets all counters of a slot to zero, when the slot passes to another stream. By the counters' one writer.
#pragma once

#include "dataplane/plan/counters.h"

namespace headwater::dataplane {
namespace detail {

inline void zero(Counter& counter) {
  counter.clear();
}
inline void zero(Gauge& gauge) {
  gauge.set(0);
}
// One that is added to the struct is to be added here: its size tells.
template <typename Counters, typename... Each>
void zero_all(Counters& /*of*/, Each&... each) {
  static_assert(sizeof(Counters) == (sizeof(Each) + ...), "a counter is missing in the list");
  (zero(each), ...);
}

}  // namespace detail

inline void clear(InputCounters& c) {
  detail::zero_all(c, c.datagrams, c.bytes, c.accepted, c.datagrams_held, c.drop_rtp_header, c.drop_rtp_other,
                   c.drop_rtp_duplicate, c.drop_rtp_late, c.drop_payload_size, c.drop_stopped, c.rtp_lost,
                   c.rtp_reordered, c.rtp_restarts, c.packets, c.routed, c.psi, c.null, c.unrouted,
                   c.drop_sync, c.drop_transport_error, c.drop_malformed, c.drop_history_full, c.torn_bytes,
                   c.ts_sync_loss, c.sync_byte_error, c.cc_error, c.duplicate_packets, c.scrambled,
                   c.pcr_discontinuity, c.pcr_seen, c.pat_error, c.pmt_error, c.pid_error, c.sections_punted,
                   c.sections_unchanged, c.section_errors, c.sections_punt_full, c.sections_throttled,
                   c.file_loops, c.timeline_state, c.timeline_reference_pid, c.timeline_drift_ppb,
                   c.timeline_error_ticks, c.last_packet, c.history_frames);
}

inline void clear(OutputCounters& c) {
  detail::zero_all(c, c.offered, c.passed_over, c.copies_in, c.expelled, c.history_held, c.inserted_pat,
                   c.inserted_pmt, c.inserted_sdt, c.emitted, c.emitted_bytes, c.datagrams, c.held,
                   c.drop_scrambled, c.drop_tx_full, c.drop_no_buffer, c.drop_stopped, c.drop_delay,
                   c.late_departures, c.changes_skipped, c.greatest_lateness_ticks, c.plan_generation);
}

}  // namespace headwater::dataplane
