// SPDX-License-Identifier: Apache-2.0
//
// What the API shows, as plain values: a copy of the appliance's state at one instant. Field by field the
// JSON of docs/api.md, units in the names. Filled by an ApplianceView; nothing here refers to live state. Any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/plan/ledger.h"
#include "psi/base/pid.h"

namespace headwater::control::api {

// A counter by its own name, and one equation over counters: dataplane/plan/ledger.h fills them.
using Term = dataplane::LedgerTerm;
using Equation = dataplane::LedgerEquation;

struct WorkerSnapshot {
  unsigned core = 0;
  std::optional<std::uint64_t> heartbeat_age_ms;  // none: it has not turned once yet
  std::uint64_t loops = 0;
  std::uint64_t busy_loops = 0;
  std::uint64_t stalls = 0;    // pauses of over 100 ms between two turns
  std::uint64_t stall_ms = 0;  // in all of them
  // Frames that another worker's queue brought for an input of this one; and those whose input was not here.
  std::uint64_t taken_over = 0;
  std::uint64_t handover_drops = 0;
  std::uint64_t overload_drops = 0;  // frames for its inputs that it had no room for
};

struct ChannelTotals {
  std::uint64_t on_air = 0, waiting = 0, refused = 0, parked = 0;
};
struct InputTotals {
  std::uint64_t ok = 0, waiting = 0, lost = 0, parked = 0;
};

struct StatusSnapshot {
  std::string name;  // the headend's
  std::string version;
  std::uint64_t uptime_s = 0;
  // What is not in order, one sentence each, the gravest first: "input \"erste-a\": no packets for 12 s".
  // Empty: the state is "ok", else "degraded".
  std::vector<std::string> problems;
  // Those of the problems that another one explains: an input is silent, and its channel off air, because the
  // port has no link.
  std::vector<std::string> consequences;
  ChannelTotals channels;
  InputTotals inputs;
  std::vector<WorkerSnapshot> workers;
  std::uint64_t plan_generation = 0;
  std::uint64_t late_departures = 0;
  std::uint64_t greatest_lateness_us = 0;
  std::uint64_t input_bitrate_bps = 0;   // of all inputs
  std::uint64_t output_bitrate_bps = 0;  // of all outputs
  std::vector<std::string> time_notes;   // what an operator should mend about the clock; no problem yet
};

// kSystem: no TSC is counted. kSettling: the rate is not yet the system clock's to 0.1 ppm, or the phase to
// 10 us. kFollowing: it is far from it, and follows faster than a system clock of ISO/IEC 13818-1 may.
enum class TimeState : std::uint8_t { kLocked, kSettling, kFollowing, kSystem };
enum class Leap : std::uint8_t { kNone, kInsert, kDelete };

struct TimeSnapshot {
  TimeState state = TimeState::kSystem;
  std::string why_not_tsc;  // empty: the TSC is counted
  std::string clocksource;  // the kernel's own
  std::optional<double> tsc_hz;
  std::optional<double> rate_error_ppm;    // of the system's monotonic clock to ours; none until known
  std::optional<double> offset_us;         // the same, of phase
  std::optional<double> reading_width_us;  // how closely the two can be read together
  std::uint64_t measurements = 0, interrupted = 0;
  std::uint64_t jumps = 0, rate_changes = 0;
  std::optional<double> last_jump_s, last_rate_change_ppm;
  struct Utc {
    std::string time;  // "2026-11-28T12:30:00.123Z"
    std::optional<bool> synchronised;
    std::optional<std::int64_t> greatest_error_us, estimated_error_us;
    Leap leap = Leap::kNone;  // at the end of this day
    std::uint64_t steps = 0;
    std::optional<double> last_step_s;
  } utc;
  std::vector<std::string> problems, notes;  // in words
};

// One PID of an output.
struct PidSnapshot {
  std::optional<Pid> input_pid;  // none: the table is ours
  Pid output_pid = kNullPid;
  std::string kind;   // video audio teletext subtitle ait scte35 data other; pat pmt sdt tdt pcr null
  std::string codec;  // "H.264"; empty where the kind says all
  std::vector<std::string> languages;
  bool carries_pcr = false;
};

struct OutputSnapshot {
  std::string id;
  std::string destination;  // "rtp://239.20.0.1:5000"
  std::string port;
  std::string source;  // "10.2.0.50:5000"
  std::uint64_t bitrate_bps = 0;
  std::uint64_t packets = 0;    // TS packets emitted
  std::uint64_t datagrams = 0;  // emitted
  std::uint64_t late_departures = 0;
  std::uint64_t greatest_lateness_us = 0;
  std::vector<Term> drops;  // the drop_* that are not zero
};

enum class ChannelState : std::uint8_t { kOnAir, kWaiting, kRefused, kParked };

struct ChannelSnapshot {
  std::string id;
  std::string name;
  std::string provider;
  std::optional<unsigned> number;
  ChannelState state = ChannelState::kWaiting;
  std::string reason;                    // why it is not on air, in words; empty on air
  std::vector<std::string> notes;        // not in order though it is on air; also of refused outputs
  std::string input;                     // id of the one in use
  std::optional<std::uint16_t> program;  // in the input, once known
  std::optional<std::uint16_t> service_id;
  std::optional<std::uint16_t> transport_stream_id;
  std::optional<Pid> pmt_pid;  // in the output
  std::optional<Pid> pcr_pid;  // in the output
  std::uint64_t delay_ms = 0;
  std::uint64_t bitrate_bps = 0;  // of one output
  std::uint64_t input_cc_errors = 0;
  std::vector<OutputSnapshot> outputs;
  std::vector<PidSnapshot> pids;
};

struct StreamSnapshot {
  Pid pid = kNullPid;
  std::uint8_t type = 0;  // stream_type of the PMT
  std::string kind;
  std::string codec;
  std::vector<std::string> languages;
};

struct ProgramSnapshot {
  std::uint16_t number = 0;
  std::string name;      // of the SDT; empty: not said
  std::string provider;  // of the SDT; empty: not said
  Pid pmt_pid = kNullPid;
  std::optional<Pid> pcr_pid;               // none: no PMT yet, or the program has none
  std::optional<std::uint8_t> pmt_version;  // none: no PMT yet
  bool scrambled = false;                   // by CA descriptors
  std::vector<StreamSnapshot> streams;
};

enum class InputState : std::uint8_t { kOk, kWaiting, kLost, kParked };
// kFilePcr, kFileRate: a file has no network to smooth; it goes by its own PCRs, or at the rate configured.
enum class TimelineState : std::uint8_t { kNone, kArrival, kAcquiring, kLocked, kFilePcr, kFileRate };

struct InputSnapshot {
  std::string id;
  std::string source;            // "rtp://232.10.1.1:5000", "file:/srv/slate.ts"
  std::string from;              // source address of a source-specific input; empty: any
  std::string port;              // empty for a file
  std::optional<unsigned> core;  // of the worker that owns it; none: it is not received
  InputState state = InputState::kWaiting;
  std::string reason;              // why it is not ok, in words
  std::vector<std::string> notes;  // what is wrong with what comes, in words
  std::uint64_t bitrate_bps = 0;
  std::optional<std::uint64_t> last_packet_age_ms;  // none: nothing received yet
  std::uint64_t datagrams = 0;
  std::uint64_t packets = 0;

  // PSI
  std::optional<std::uint16_t> transport_stream_id;
  std::optional<std::uint8_t> pat_version;
  std::optional<std::uint8_t> sdt_version;
  std::uint64_t section_errors = 0;
  std::vector<ProgramSnapshot> programs;

  // TR 101 290 priority 1: 1.1, 1.2, 1.3.a, 1.4, 1.5.a, 1.6
  struct Priority1 {
    std::uint64_t ts_sync_loss = 0, sync_byte_error = 0, pat_error = 0, cc_error = 0, pmt_error = 0,
                  pid_error = 0;
  } priority1;
  std::uint64_t transport_errors = 0;   // 2.1
  std::uint64_t scrambled_packets = 0;  // since start
  bool scrambled = false;               // now: CA descriptors say so, or the packets themselves

  // Of an RTP input.
  struct Rtp {
    std::uint64_t lost = 0, reordered = 0, duplicates = 0, late = 0, restarts = 0;
  };
  std::optional<Rtp> rtp;

  struct Timeline {
    TimelineState state = TimelineState::kNone;
    std::optional<Pid> reference_pid;
    double drift_ppm = 0;  // of the source's clock against ours
  } timeline;
  std::uint64_t history_frames = 0;
  std::uint64_t history_capacity = 0;
  std::vector<Term> drops;  // the drop_* that are not zero
  std::uint64_t file_loops = 0;
};

// kByGroupOnly: an IGMPv1 or v2 querier cannot be told the source. kNeedsSource: source-specific and without
// one, never reported.
enum class GroupState : std::uint8_t { kJoined, kByGroupOnly, kNeedsSource };

struct GroupSnapshot {
  std::string group;
  std::string source;  // empty: any
  GroupState state = GroupState::kJoined;
};

struct PortSnapshot {
  std::string id;
  std::string device;  // as configured
  std::string driver;
  std::string mac;
  std::vector<std::string> addresses;  // "10.1.0.10/24"
  std::optional<std::uint16_t> vlan;
  bool link_up = false;
  std::string link_trouble;               // why it is down, or loses frames, and what to do
  std::optional<std::uint64_t> link_bps;  // none: no link, or the device does not say
  struct Direction {
    std::uint64_t bitrate_bps = 0, frames = 0, bytes = 0;
  };
  Direction received, sent;
  std::uint64_t device_drops = 0;                   // counted by the device itself since the worker began
  std::vector<Term> drops;                          // the drop_* that are not zero
  std::optional<std::string> igmp_querier;          // address; none: not heard
  std::optional<std::uint64_t> igmp_querier_age_s;  // since its last general query
  bool igmp_querier_present = false;                // it asked within the other-querier-present interval
  std::optional<unsigned> igmp_version;             // spoken on this port now
  std::vector<GroupSnapshot> groups;                // wanted
  std::vector<Term> igmp_drops;                     // messages not believed, by reason; those not zero
  std::uint64_t arp_conflicts = 0;                  // another station claimed an address of ours
  std::optional<std::string> arp_rival;             // its MAC
  std::uint64_t frames_lost = 0;                    // control's own (ARP, IGMP), for want of room
  std::string reception;             // "promiscuous", "all_multicast"; empty: the device has no filter
  std::optional<bool> pause_frames;  // heeded and sent; none: the device has no such thing, or does not say
};

enum class LedgerKind : std::uint8_t { kInput, kOutput, kPort };

struct LedgerEntry {
  LedgerKind kind = LedgerKind::kInput;
  std::string name;  // id of the input, output or port
  std::vector<Equation> equations;
  std::vector<Term> events;  // counted beside the equations: cc_error, rtp_lost, late_departures, ...
  [[nodiscard]] bool balanced() const {
    for (const Equation& equation : equations) {
      if (!equation.balanced()) return false;
    }
    return true;
  }
};

}  // namespace headwater::control::api
