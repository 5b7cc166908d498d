// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feed.h"

#include <algorithm>

#include "dataplane/plan/file_timing.h"

namespace headwater::dataplane {
namespace {

// Enough for two seconds at the file's mean rate: what waits in the ring, and what a history holds.
std::size_t frames_for(const FileSchedule& schedule) {
  const auto two_seconds =
      static_cast<std::size_t>(static_cast<double>(schedule.packets()) * 54e6 /
                               std::max(1.0, static_cast<double>(schedule.duration().value)));
  // A frame holds fewer than seven packets where they are due more than 40 ms apart: 25 frames a second at
  // least.
  return std::max<std::size_t>(256, two_seconds / 4);
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
  const std::size_t frames = frames_for(*schedule);
  return std::unique_ptr<FileFeed>(new FileFeed(std::move(*file), std::move(*schedule), start, frames));
}

FileFeed::FileFeed(FileReader file, FileSchedule schedule, Instant start, std::size_t frames)
    : file_(std::move(file)),
      schedule_(std::move(schedule)),
      ring_(frames),
      memory_(frames * kFrameBytes),
      free_(frames),
      loop_start_(start) {
  for (std::size_t index = 0; index < frames; ++index) free_[index] = static_cast<std::uint32_t>(index);
  freed_.store(frames, std::memory_order_relaxed);
}

std::optional<std::uint32_t> FileFeed::take_free() {
  const std::uint64_t taken = taken_.load(std::memory_order_relaxed);
  if (taken == freed_.load(std::memory_order_acquire)) return std::nullopt;
  const std::uint32_t index = free_[taken % free_.size()];
  taken_.store(taken + 1, std::memory_order_release);
  return index;
}

void FileFeed::release(std::span<const Frame> frames) {
  std::uint64_t freed = freed_.load(std::memory_order_relaxed);
  for (const Frame& frame : frames) {
    free_[freed % free_.size()] =
        static_cast<std::uint32_t>(static_cast<std::size_t>(frame.data - memory_.data()) / kFrameBytes);
    ++freed;
  }
  freed_.store(freed, std::memory_order_release);
}

std::size_t FileFeed::lent() const {
  const std::uint64_t taken = taken_.load(std::memory_order_acquire);
  return static_cast<std::size_t>(taken + free_.size() - freed_.load(std::memory_order_acquire));
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
    const std::optional<std::uint32_t> index = take_free();
    if (!index) return true;

    channel::FedFrame fed;
    fed.frame.pool = this;
    fed.frame.data = &memory_[*index * kFrameBytes];
    if (next_ == 0 && loop_ > 0) {
      fed.seam = 1;
      fed.torn_bytes = static_cast<std::uint16_t>(std::min<std::size_t>(schedule_.torn_bytes(), UINT16_MAX));
    }
    fill(fed);
    if (fed.count == 0) {
      put_back();
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
