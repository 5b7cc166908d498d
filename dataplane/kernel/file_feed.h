// SPDX-License-Identifier: Apache-2.0
//
// Plays one TS file in a loop into a channel::FeedRing: frames of up to seven packets with their due times,
// never over the seam, never spanning more than 40 ms. Has its own pool of frames: the feeder takes from it,
// the worker gives back, without a lock. Time is an argument. advance() on the feeder thread, release() on
// the worker's, hold() on control's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/file_reader.h"
#include "dataplane/kernel/file_schedule.h"
#include "dataplane/plan/frame.h"
#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

class FileFeed final : public FramePool {
 public:
  // Plays from `start` on. Reads the whole file; `stop`, where given, ends that when it becomes true. The
  // error names the file and says what to do.
  static std::expected<std::unique_ptr<FileFeed>, std::string> open(const std::filesystem::path& path,
                                                                    std::optional<std::uint64_t> rate,
                                                                    Instant start,
                                                                    const std::atomic<bool>* stop = nullptr);

  // Plays from `start` on instead. Before the first advance.
  void begin(Instant start) { loop_start_ = start; }

  // From now on the worker may keep what was played for so long before it gives it back, in up to so many
  // frames: there are enough for it. Memory for them is taken and stays; a shorter time changes nothing.
  void hold(Ticks27 time, std::size_t frames);
  // That it has memory for. Control.
  [[nodiscard]] std::size_t frames() const { return blocks_; }

  [[nodiscard]] channel::FeedRing& ring() { return ring_; }
  [[nodiscard]] const FileSchedule& schedule() const { return schedule_; }

  // Pushes every frame that is due before `until`, as far as the ring and the pool have room; what has none
  // comes with the next call. `loops`: end after so many, 0 for ever. Returns false once the last loop has
  // been pushed, or the file could be read no further.
  bool advance(Instant until, std::uint64_t loops = 0);

  // Why the file could be read no further, naming it; nullptr while it can. Any thread.
  [[nodiscard]] const std::string* failure() const {
    return failed_.load(std::memory_order_acquire) ? &file_.failure() : nullptr;
  }

  void release(std::span<const Frame> frames) override;
  // Frames that the worker has not given back, for tests: no other thread runs.
  [[nodiscard]] std::size_t lent() const;

 private:
  struct Block {
    Block* next = nullptr;  // while it is free
    std::array<std::uint8_t, 7 * ts::kPacketSize> bytes;
  };

  FileFeed(FileReader file, FileSchedule schedule, Instant start);
  void add_blocks(std::size_t count);
  void give_back(Block* first, Block* last);
  [[nodiscard]] Block* take_free();
  // Packets into the frame until it is full, spans its time, or the file or its readable part ends.
  void fill(channel::FedFrame& fed);

  FileReader file_;
  FileSchedule schedule_;
  channel::FeedRing ring_;
  std::vector<std::vector<Block>> memory_;  // control's; a block stays where it is
  std::size_t blocks_ = 0;                  // in it
  // What was given back, the last first: the feeder takes it whole, so that no block comes back into a list
  // while somebody takes from its head.
  alignas(64) std::atomic<Block*> given_back_{nullptr};
  alignas(64) Block* free_ = nullptr;  // the feeder's
  Instant loop_start_;
  std::uint64_t loop_ = 0;
  std::size_t next_ = 0;
  std::atomic<bool> failed_{false};
};

}  // namespace headwater::dataplane
