// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_feeder.h"

#include <chrono>
#include <utility>

namespace headwater::dataplane {
namespace {

constexpr Ticks27 kAhead = Ticks27::milliseconds(300);
constexpr auto kPause = std::chrono::milliseconds(20);

}  // namespace

FileFeeder::FileFeeder(std::vector<FileFeed*> feeds, std::function<Instant()> now)
    : thread_([this, feeds = std::move(feeds), now = std::move(now)](const std::stop_token& stop) {
        run(stop, feeds, now);
      }) {}

void FileFeeder::run(const std::stop_token& stop, const std::vector<FileFeed*>& feeds,
                     const std::function<Instant()>& now) {
  while (!stop.stop_requested()) {
    for (FileFeed* feed : feeds) feed->advance(now() + kAhead);
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace headwater::dataplane
