// SPDX-License-Identifier: Apache-2.0
//
// Synchronisation of a transport stream, TR 101 290 1.1 and 1.2: acquired after five sync bytes in a row,
// lost after two bad ones in a row (ISO/IEC 13818-1 annex G.1). One thread; two bytes of state.
#pragma once

#include <cstdint>

namespace headwater::ts {

enum class Sync : std::uint8_t {
  kSearching,  // not acquired yet, or lost: nothing else can be said about the packet
  kAcquired,   // with this packet
  kInSync,
  kByteError,  // a bad sync byte; synchronisation holds
  kLost,       // with this packet
};

class SyncTracker {
 public:
  static constexpr std::uint8_t kAcquireAfter = 5;
  static constexpr std::uint8_t kLoseAfter = 2;

  Sync next(bool sync_byte) {
    if (!in_sync_) {
      run_ = sync_byte ? static_cast<std::uint8_t>(run_ + 1) : std::uint8_t{0};
      if (run_ < kAcquireAfter) return Sync::kSearching;
      in_sync_ = true;
      run_ = 0;
      return Sync::kAcquired;
    }
    if (sync_byte) {
      run_ = 0;
      return Sync::kInSync;
    }
    if (++run_ < kLoseAfter) return Sync::kByteError;
    in_sync_ = false;
    run_ = 0;
    return Sync::kLost;
  }
  [[nodiscard]] bool in_sync() const { return in_sync_; }
  void reset() { *this = SyncTracker{}; }

 private:
  bool in_sync_ = false;
  std::uint8_t run_ = 0;  // good ones in a row while searching, bad ones while in sync
};

}  // namespace headwater::ts
