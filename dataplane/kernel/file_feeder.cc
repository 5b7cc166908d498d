// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feeder.h"

#include <chrono>
#include <utility>

#include "dataplane/plan/file_timing.h"

namespace headwater::dataplane {
namespace {

constexpr auto kPause = std::chrono::milliseconds(kFeedPause.to_milliseconds());

}  // namespace

FileFeeder::FileFeeder(std::function<Instant()> now)
    : now_(std::move(now)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void FileFeeder::play(Feeds feeds) {
  auto next = std::make_shared<const Feeds>(std::move(feeds));
  const std::lock_guard lock(mutex_);
  feeds_.swap(next);
}

void FileFeeder::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::shared_ptr<const Feeds> feeds;
    {
      const std::lock_guard lock(mutex_);
      feeds = feeds_;
    }
    for (const auto& feed : *feeds) feed->advance(now_() + kFeedAhead);
    feeds.reset();
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace headwater::dataplane
