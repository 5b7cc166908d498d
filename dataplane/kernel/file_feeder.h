// SPDX-License-Identifier: Apache-2.0
//
// The thread that plays all file inputs: keeps every feed 300 ms ahead of the worker, so that disk and page
// cache never meet the dataplane. Made and ended on the control thread.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "dataplane/kernel/file_feed.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class FileFeeder {
 public:
  using Feeds = std::vector<std::shared_ptr<FileFeed>>;

  // `now` is the worker's clock, callable from any thread.
  explicit FileFeeder(std::function<Instant()> now);

  // These from now on. Does not wait for the disk: a feed that is not among them any more may be advanced for
  // a last time meanwhile.
  void play(Feeds feeds);

 private:
  void run(const std::stop_token& stop);

  std::function<Instant()> now_;
  std::mutex mutex_;
  std::shared_ptr<const Feeds> feeds_ = std::make_shared<const Feeds>();
  std::jthread thread_;  // ends with the feeder, before what it uses
};

}  // namespace headwater::dataplane
