// SPDX-License-Identifier: Apache-2.0
//
// The ledger's counters. One writer each (the owning worker), any reader; relaxed; cleared for a new stream.
// No term is computed by subtraction: each is counted where the thing happens. docs/architecture.md "The
// ledger" has the equations; ledger.h checks them.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>
#include <utility>

namespace headwater::dataplane {

class Counter {
 public:
  void add(std::uint64_t count = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + count, std::memory_order_relaxed);
  }
  [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }
  void clear() { value_.store(0, std::memory_order_relaxed); }  // only when a slot passes to another stream

 private:
  std::atomic<std::uint64_t> value_{0};
};

// A value that moves both ways, by the same rules.
class Gauge {
 public:
  void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

// Of a port in one worker: each that has a queue of it counts for itself.
// Frames of a port:  received = to_input + punted + each drop_* of the receiving side;
//                    to_send = sent + tx_held + each drop_* of the sending side.
struct PortCounters {
  Counter received, received_bytes;
  Counter to_input;
  Counter punted;              // ARP, IGMP, ICMP for control
  Counter drop_multi_segment;  // longer than one buffer: the port itself counts these, as received too
  Counter drop_truncated, drop_not_ip, drop_other_mac, drop_vlan, drop_ip_header, drop_ip_checksum,
      drop_fragment, drop_not_udp, drop_udp_length, drop_udp_checksum, drop_no_input, drop_punt_full,
      drop_other_arp;
  Counter drop_handover_full;  // another worker owns its input, and takes nothing
  Counter to_send;             // what outputs and control wanted sent
  Counter sent, sent_bytes, injected;
  Counter drop_tx_full, drop_no_buffer;  // never built
  Counter drop_stopped;                  // in the transmit queue when their output stopped
  Gauge tx_held;                         // in the transmit queue
};

// Datagrams of an input:  datagrams = accepted + datagrams_held + each drop_*_datagram.
// TS packets of an input: packets = routed + psi + null + unrouted + each drop_*.
struct InputCounters {
  Counter datagrams, bytes;
  Counter accepted;
  Gauge datagrams_held;  // in the RTP reorder window
  Counter drop_rtp_header, drop_rtp_other, drop_rtp_duplicate, drop_rtp_late, drop_payload_size;
  Counter drop_stopped;                           // in the reorder window when the input stopped
  Counter rtp_lost, rtp_reordered, rtp_restarts;  // events, not terms of the ledger

  Counter packets;
  Counter routed, psi, null, unrouted;
  Counter drop_sync, drop_transport_error, drop_malformed, drop_history_full;
  Counter torn_bytes;  // bytes at the end of a datagram or file that make no whole packet

  // TR 101 290 priority 1 and what goes with it: events.
  Counter ts_sync_loss, sync_byte_error, cc_error, duplicate_packets, scrambled, pcr_discontinuity, pcr_seen;
  Counter pat_error, pmt_error, pid_error;
  Counter sections_punted, sections_unchanged, section_errors, sections_punt_full, sections_throttled;
  Counter file_loops;

  // The timeline: 0 none yet, 1 arrival (no usable PCR), 2 acquiring, 3 locked.
  Gauge timeline_state, timeline_reference_pid, timeline_drift_ppb, timeline_error_ticks;
  Gauge last_packet;  // Instant of arrival of the last datagram with a valid TS packet; 0: none yet
  Gauge history_frames;
};

// TS packets of an output:
//   offered (packets put into the history since it joined) = passed_over + copies_in + expelled +
//   history_held copies_in + inserted_* = emitted + held + each drop_*
struct OutputCounters {
  Counter offered, passed_over, copies_in, expelled;
  Gauge history_held;
  Counter inserted_pat, inserted_pmt, inserted_sdt;
  Counter emitted, emitted_bytes, datagrams;
  Gauge held;  // in datagrams that wait in the transmit queue
  Counter drop_scrambled, drop_tx_full, drop_no_buffer, drop_stopped;
  Counter drop_delay;       // past, since the delay has become shorter
  Counter late_departures;  // datagrams sent over 1 ms after they were due; an event
  // Changes of the input's tables that had no turn, since too many waited for theirs: the packets until the
  // next change went by the tables before. An event.
  Counter changes_skipped;
  Gauge greatest_lateness_ticks;
  Gauge plan_generation;  // of the part it runs
};

struct WorkerCounters {
  Counter loops, busy_loops, plans_adopted;
  Counter stalls, stall_ticks;  // turns that began over 100 ms after the one before, and that time in all
  Counter handed_over;  // frames to the worker that owns their input; counted as to_input by their port
  Counter taken_over;   // frames from another worker's queue
  Counter drop_handover_stale;  // of them, those whose input is no longer, or not yet, here
  Gauge heartbeat;              // Instant of the last loop
};

}  // namespace headwater::dataplane
