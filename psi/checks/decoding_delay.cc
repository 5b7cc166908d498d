// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/decoding_delay.h"

#include <algorithm>

#include "psi/ts/pes.h"

namespace headwater::ts {
namespace {

// Ten times what ISO/IEC 13818-1 2.7.2 allows between PCRs; more is a jump that nothing signalled.
constexpr Ticks27 kLongestInterval = Ticks27::seconds(1);

}  // namespace

void DecodingDelay::push(const PacketView& packet) {
  ++position_;
  if (packet.pid() == pcr_pid_) {
    if (const auto pcr = packet.pcr()) take_pcr(*pcr, packet.discontinuity_indicator());
  }
  if (!last_pcr_ || !packet.payload_unit_start() || !packet.has_payload() ||
      packet.scrambling_control() != 0) {
    return;
  }
  const auto header = PesHeader::parse(packet.payload());
  if (!header || !header->pts) return;
  pending_.push_back({packet.pid(), header->dts.value_or(*header->pts), position_});
}

void DecodingDelay::take_pcr(Pcr pcr, bool discontinuity) {
  if (last_pcr_) {
    // Across a discontinuity there is nothing to interpolate: the clock was at least at the last PCR.
    const Ticks27 between = pcr - *last_pcr_;
    const bool broken = discontinuity || between < Ticks27{0} || between > kLongestInterval;
    for (const Pending& pending : pending_) {
      judge(pending, broken ? *last_pcr_ : *last_pcr_ + between * pending.position / position_);
    }
  }
  pending_.clear();
  last_pcr_ = pcr;
  position_ = 0;
}

void DecodingDelay::judge(const Pending& pending, Pcr clock) {
  const Ticks27 ahead = Pcr::from_ticks(static_cast<std::int64_t>(pending.dts) * 300) - clock;
  const auto [entry, first] = results_.try_emplace(pending.pid);
  Result& result = entry->second;
  result.least = first ? ahead : std::min(result.least, ahead);
  result.most = first ? ahead : std::max(result.most, ahead);
  ++result.timestamps;
  if (ahead < Ticks27{0}) ++result.late;
}

}  // namespace headwater::ts
