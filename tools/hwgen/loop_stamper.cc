// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/loop_stamper.h"

namespace headwater::hwgen {

void LoopStamper::seam() {
  for (State& state : pids_) {
    state.rejoin = state.seen;
    state.flag_pcr = true;
  }
}

void LoopStamper::stamp(ts::MutablePacketBytes packet) {
  const auto view = ts::PacketView::parse(packet);
  if (!view || view->pid() == kNullPid) return;
  State& state = pids_[view->pid().value()];
  const std::uint8_t counter = view->continuity_counter();
  if (state.rejoin) {
    const unsigned next = state.last + (view->has_payload() ? 1U : 0U);
    state.offset = static_cast<std::uint8_t>((next - counter) & 0x0F);
    state.rejoin = false;
  }
  state.seen = true;
  state.last = static_cast<std::uint8_t>((counter + state.offset) & 0x0F);
  ts::set_continuity_counter(packet, state.last);
  if (state.flag_pcr && view->pcr()) {
    ts::set_discontinuity_indicator(packet);
    state.flag_pcr = false;
  }
}

}  // namespace headwater::hwgen
