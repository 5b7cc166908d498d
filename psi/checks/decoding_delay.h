// SPDX-License-Identifier: Apache-2.0
//
// How far each access unit arrives ahead of its decoding: DTS (or PTS where there is none) less the system
// clock at the packet that carries it. The clock between two PCRs is interpolated by packets, so that the
// answer is the stream's own and no receiver's. Negative: late, a decoder would run empty. One program, one
// thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::ts {

class DecodingDelay {
 public:
  struct Result {
    std::uint64_t timestamps = 0;
    std::uint64_t late = 0;
    Ticks27 least;
    Ticks27 most;
  };

  explicit DecodingDelay(Pid pcr_pid) : pcr_pid_(pcr_pid) {}

  // Every packet of the stream in order, whatever its PID: the positions count.
  void push(const PacketView& packet);
  // By PID; timestamps before the first PCR and after the last are not judged.
  [[nodiscard]] const std::map<Pid, Result>& results() const { return results_; }

 private:
  struct Pending {
    Pid pid;
    std::uint64_t dts;  // 90 kHz
    std::int64_t position;
  };

  void take_pcr(Pcr pcr, bool discontinuity);
  void judge(const Pending& pending, Pcr clock);

  Pid pcr_pid_;
  std::int64_t position_ = 0;  // packets since the last PCR
  std::optional<Pcr> last_pcr_;
  std::vector<Pending> pending_;
  std::map<Pid, Result> results_;
};

}  // namespace headwater::ts
