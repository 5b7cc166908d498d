// SPDX-License-Identifier: Apache-2.0
//
// Adds one worker's counters of a port to a sum. Any thread; `to` is the caller's own.
#pragma once

#include "dataplane/plan/counters.h"

namespace headwater::dataplane {

inline void add_up(PortCounters& to, const PortCounters& from) {
  for (auto counter : {&PortCounters::received,
                       &PortCounters::received_bytes,
                       &PortCounters::to_input,
                       &PortCounters::punted,
                       &PortCounters::drop_multi_segment,
                       &PortCounters::drop_truncated,
                       &PortCounters::drop_not_ip,
                       &PortCounters::drop_other_mac,
                       &PortCounters::drop_vlan,
                       &PortCounters::drop_ip_header,
                       &PortCounters::drop_ip_checksum,
                       &PortCounters::drop_fragment,
                       &PortCounters::drop_not_udp,
                       &PortCounters::drop_udp_length,
                       &PortCounters::drop_udp_checksum,
                       &PortCounters::drop_no_input,
                       &PortCounters::drop_punt_full,
                       &PortCounters::drop_other_arp,
                       &PortCounters::drop_handover_full,
                       &PortCounters::to_send,
                       &PortCounters::sent,
                       &PortCounters::sent_bytes,
                       &PortCounters::injected,
                       &PortCounters::drop_tx_full,
                       &PortCounters::drop_no_buffer,
                       &PortCounters::drop_stopped}) {
    (to.*counter).add((from.*counter).get());
  }
  static_assert(sizeof(PortCounters) == 26 * sizeof(Counter) + sizeof(Gauge),
                "a counter is missing in the list");
  to.tx_held.set(to.tx_held.get() + from.tx_held.get());
}

}  // namespace headwater::dataplane
