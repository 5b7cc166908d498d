// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/inspect.h"

#include <algorithm>
#include <utility>

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kTableInterval = Ticks27::milliseconds(500);  // TR 101 290 1.3.a, 1.5.a
constexpr Ticks27 kPidInterval = Ticks27::seconds(5);           // TR 101 290 1.6, as the operator's default
constexpr Ticks27 kFlowing = Ticks27::milliseconds(500);        // since the last datagram

}  // namespace

void Inspector::adopt(InputMemory::Pids& pids, Instant now) {
  pids_.adopt(pids.named, now, seam_);
  std::uint32_t next = 0;
  for (PidState& state : pids_.named()) {
    const std::uint32_t before = std::exchange(state.punt, PidState::kNoPunt);
    if (!state.action.psi) continue;
    if (before != PidState::kNoPunt) pids.punts[next].swap(punts_[before]);
    state.punt = next++;
  }
  punts_.swap(pids.punts);
}

// A datagram says where packets begin, so a stream's first packets are believed before five have come; after
// a loss they are not.
bool Inspector::check_sync(std::uint8_t first) {
  const bool right = first == ts::kSyncByte;
  const ts::Sync verdict = sync_.next(right);
  if (!right) {
    counters_.sync_byte_error.add();
    if (verdict == ts::Sync::kLost) {
      lost_ = true;
      counters_.ts_sync_loss.add();
    }
    return false;
  }
  if (verdict == ts::Sync::kAcquired) lost_ = false;
  return !lost_;
}

std::optional<Inspected> Inspector::inspect(Instant now, ts::PacketBytes bytes) {
  counters_.packets.add();
  if (!check_sync(bytes[0])) {
    counters_.drop_sync.add();
    return std::nullopt;
  }
  // ISO/IEC 13818-1 2.4.3.3: with transport_error_indicator no field of the packet is to be believed.
  if ((bytes[1] & 0x80) != 0) {
    counters_.drop_transport_error.add();
    return std::nullopt;
  }
  const auto packet = ts::PacketView::parse(bytes);
  if (!packet) {
    counters_.drop_malformed.add();
    return std::nullopt;
  }
  Inspected out{.pid = packet->pid(), .action = {}, .pcr = {}};
  if (out.pid == kNullPid) return out;

  PidState& state = pids_.of(out.pid);
  state.seen = now;
  out.action = state.action;
  switch (state.continuity.next(*packet)) {
    case ts::Continuity::kError:
      counters_.cc_error.add();
      break;
    case ts::Continuity::kDuplicate:
      counters_.duplicate_packets.add();
      out.duplicate = true;
      break;
    case ts::Continuity::kFirst:
    case ts::Continuity::kExpected:
      break;
  }
  if (packet->scrambling_control() != 0) {
    counters_.scrambled.add();
    out.scrambled = true;
    if (state.action.psi) count_table_error(state);
  }
  out.discontinuity = packet->discontinuity_indicator();
  out.pcr = packet->pcr();
  if (out.pcr) {
    counters_.pcr_seen.add();
    out.seam = std::exchange(state.seam, seam_) != seam_;
  }
  return out;
}

void Inspector::punt(ts::PacketBytes bytes, const SectionPunt::Place& place, channel::PuntRing& ring) {
  const auto packet = ts::PacketView::parse(bytes);
  if (!packet || packet->scrambling_control() != 0) return;
  PidState& state = pids_.of(packet->pid());
  if (state.punt == PidState::kNoPunt) return;
  const SectionPunt::Seen seen = punts_[state.punt]->push(*packet, place, ring, counters_);
  if (seen.expected) state.table_seen = place.arrival;
  // TR 101 290 1.3.a: nothing but table_id 0 may stand on PID 0.
  if (seen.foreign && state.pid == kPatPid) counters_.pat_error.add();
}

// A multiplex that was cut down to one program may still name the others in its PAT: nobody misses them.
void Inspector::count_table_error(const PidState& state) {
  if (state.pid == kPatPid) {
    counters_.pat_error.add();
  } else if (state.action.watched) {
    counters_.pmt_error.add();
  }
}

void Inspector::seam() {
  ++seam_;
  pids_.for_all([](PidState& state) { state.continuity.reset(); });
  for (const auto& punt : punts_) punt->reset();
}

void Inspector::check_presence(Instant now, std::optional<Instant> last_datagram) {
  const bool flowing = last_datagram && now - *last_datagram < kFlowing;
  const bool resumed = flowing && !flowing_;
  flowing_ = flowing;
  if (!flowing) return;
  for (PidState& state : pids_.named()) {
    // Time is counted while the stream flows, until the last datagram: its absence is another matter.
    if (resumed) {
      state.seen = std::max(state.seen, now);
      state.table_seen = std::max(state.table_seen, now);
    }
    if (state.action.psi) {
      if (*last_datagram - state.table_seen > kTableInterval) {
        count_table_error(state);
        state.table_seen = now;
      }
    } else if (state.action.watched && *last_datagram - state.seen > kPidInterval) {
      counters_.pid_error.add();
      state.seen = now;
    }
  }
}

}  // namespace headwater::dataplane
