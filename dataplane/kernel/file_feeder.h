// SPDX-License-Identifier: Apache-2.0
//
// The thread that plays all file inputs: keeps every feed 300 ms ahead of the worker, so that disk and page
// cache never meet the dataplane. Made and ended on the control thread.
#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "dataplane/kernel/file_feed.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class FileFeeder {
 public:
  // `feeds` outlive the feeder. `now` is the worker's clock, callable from any thread.
  FileFeeder(std::vector<FileFeed*> feeds, std::function<Instant()> now);

 private:
  void run(const std::stop_token& stop, const std::vector<FileFeed*>& feeds,
           const std::function<Instant()>& now);

  std::jthread thread_;  // ends with the feeder
};

}  // namespace headwater::dataplane
