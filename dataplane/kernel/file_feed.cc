// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feed.h"

#include <algorithm>
#include <utility>

#include "dataplane/plan/file_timing.h"

namespace headwater::dataplane {
namespace {

constexpr std::size_t kPacketsAFrame = 7;
// What waits for the worker, which takes all of it in every turn: where the ring is full, the rest comes with
// the next call.
constexpr std::size_t kMostWaiting = std::size_t{1} << 16;

// How many frames may be due within so long a time, at most. One is full, or what follows it is due more than
// kLongestFeedFrame later, or it is the last of a loop.
std::size_t frames_within(const FileSchedule& schedule, Ticks27 time) {
  const std::int64_t seconds = time.value / kTicksPerSecond + 1;
  const std::int64_t loops = time.value / std::max<std::int64_t>(schedule.duration().value, 1) + 1;
  const std::int64_t full =
      seconds * static_cast<std::int64_t>(schedule.busiest_second() / kPacketsAFrame + 1);
  return static_cast<std::size_t>(full + time.value / kLongestFeedFrame.value + 1 + loops);
}

std::size_t ring_frames(const FileSchedule& schedule) {
  return std::min(kMostWaiting, frames_within(schedule, kFeedAhead + kFeedPause + kLongestFeedFrame));
}

}  // namespace

std::expected<std::unique_ptr<FileFeed>, std::string> FileFeed::open(const std::filesystem::path& path,
                                                                     std::optional<std::uint64_t> rate,
                                                                     Instant start,
                                                                     const std::atomic<bool>* stop) {
  auto file = FileReader::open(path, stop);
  if (!file) return std::unexpected(file.error());
  auto schedule = FileSchedule::make(*file, rate);
  if (!schedule) return std::unexpected(schedule.error());
  file->read_on();
  return std::unique_ptr<FileFeed>(new FileFeed(std::move(*file), std::move(*schedule), start));
}

FileFeed::FileFeed(FileReader file, FileSchedule schedule, Instant start)
    : file_(std::move(file)),
      schedule_(std::move(schedule)),
      ring_(ring_frames(schedule_)),
      loop_start_(start) {
  add_blocks(ring_frames(schedule_));
}

void FileFeed::hold(Ticks27 time, std::size_t frames) {
  const std::size_t needed = ring_frames(schedule_) + std::min(frames, frames_within(schedule_, time));
  if (needed > blocks_) add_blocks(needed - blocks_);
}

void FileFeed::add_blocks(std::size_t count) {
  std::vector<Block>& blocks = memory_.emplace_back(count);
  for (std::size_t i = 1; i < count; ++i) blocks[i - 1].next = &blocks[i];
  blocks_ += count;
  give_back(&blocks.front(), &blocks.back());
}

void FileFeed::give_back(Block* first, Block* last) {
  last->next = given_back_.load(std::memory_order_relaxed);
  while (!given_back_.compare_exchange_weak(last->next, first, std::memory_order_release,
                                            std::memory_order_relaxed)) {
  }
}

FileFeed::Block* FileFeed::take_free() {
  if (free_ == nullptr) free_ = given_back_.exchange(nullptr, std::memory_order_acquire);
  Block* block = free_;
  if (block != nullptr) free_ = block->next;
  return block;
}

void FileFeed::release(std::span<const Frame> frames) {
  if (frames.empty()) return;
  auto* const last = static_cast<Block*>(frames.front().handle);
  Block* first = nullptr;
  for (const Frame& frame : frames) {
    auto* block = static_cast<Block*>(frame.handle);
    block->next = first;
    first = block;
  }
  give_back(first, last);
}

std::size_t FileFeed::lent() const {
  std::size_t lent = blocks_;
  for (const Block* list : {free_, given_back_.load(std::memory_order_relaxed)}) {
    for (; list != nullptr; list = list->next) --lent;
  }
  return lent;
}

void FileFeed::fill(channel::FedFrame& fed) {
  const Instant first_due = loop_start_ + schedule_.due(next_);
  while (fed.count < fed.due.size() && next_ < schedule_.packets()) {
    const Instant due = loop_start_ + schedule_.due(next_);
    if (due - first_due > kLongestFeedFrame) break;
    const Bytes packet = file_.look(schedule_.offset(next_), ts::kPacketSize);
    if (packet.empty()) {
      failed_.store(true, std::memory_order_release);
      break;
    }
    std::ranges::copy(packet, fed.frame.data + fed.count * ts::kPacketSize);
    fed.due[fed.count] = due;
    ++fed.count;
    ++next_;
  }
  fed.frame.length = static_cast<std::uint32_t>(fed.count * ts::kPacketSize);
}

bool FileFeed::advance(Instant until, std::uint64_t loops) {
  while (!failed_.load(std::memory_order_relaxed) && (loops == 0 || loop_ < loops)) {
    if (loop_start_ + schedule_.due(next_) >= until || ring_.full()) return true;
    Block* block = take_free();
    if (block == nullptr) return true;

    channel::FedFrame fed;
    fed.frame.pool = this;
    fed.frame.data = block->bytes.data();
    fed.frame.handle = block;
    if (next_ == 0 && loop_ > 0) {
      fed.seam = 1;
      fed.torn_bytes = static_cast<std::uint16_t>(std::min<std::size_t>(schedule_.torn_bytes(), UINT16_MAX));
    }
    fill(fed);
    if (fed.count == 0) {
      block->next = std::exchange(free_, block);
      return false;
    }
    // The ring was not full, and only this thread fills it.
    static_cast<void>(ring_.try_push(fed));
    if (next_ == schedule_.packets()) {
      next_ = 0;
      ++loop_;
      loop_start_ = loop_start_ + schedule_.duration();
    }
  }
  return false;
}

}  // namespace headwater::dataplane
