// SPDX-License-Identifier: Apache-2.0
#include "dataplane/mux/rewrite.h"

#include <cstring>

namespace headwater::dataplane {

void copy_packet(const CopyOrder& order, ContinuityWriter& continuity, ts::MutablePacketBytes to) {
  std::memcpy(to.data(), order.from, ts::kPacketSize);
  // ISO/IEC 13818-1 2.4.3.3: the continuity_counter of null packets is undefined; they pass as they are.
  if (order.pid == kNullPid) return;
  ts::set_pid(to, order.pid);
  continuity.stamp(to, order.pid, order.repeats);
  if (order.seam) ts::set_discontinuity_indicator(to);
}

}  // namespace headwater::dataplane
