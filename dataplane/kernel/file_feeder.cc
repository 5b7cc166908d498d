// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feeder.h"

#include <chrono>
#include <utility>

#include "dataplane/plan/file_timing.h"

namespace headwater::dataplane {
namespace {

constexpr auto kPause = std::chrono::milliseconds(kFeedPause.value / Ticks27::milliseconds(1).value);

}  // namespace

FileFeeder::FileFeeder(std::vector<FileFeed*> feeds, std::function<Instant()> now)
    : thread_([this, feeds = std::move(feeds), now = std::move(now)](const std::stop_token& stop) {
        run(stop, feeds, now);
      }) {}

void FileFeeder::run(const std::stop_token& stop, const std::vector<FileFeed*>& feeds,
                     const std::function<Instant()>& now) {
  while (!stop.stop_requested()) {
    for (FileFeed* feed : feeds) feed->advance(now() + kFeedAhead);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace headwater::dataplane
