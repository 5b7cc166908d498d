// SPDX-License-Identifier: Apache-2.0
//
// The configuration's file inputs: a feed each, and the thread that plays them. A file that cannot be played,
// from the start or from some moment on, costs its own input and nothing else: the reason is kept for the
// status. Control thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/file_feed.h"
#include "dataplane/kernel/file_feeder.h"
#include "dataplane/plan/plan.h"

namespace headwater::daemon {

class Files {
 public:
  // The slots are those of `plan`; `slots` is how many there are.
  Files(const config::Configuration& configuration, const dataplane::Plan& plan, std::size_t slots,
        Instant start);

  // By input slot; nullptr where the input is no file.
  [[nodiscard]] const std::vector<dataplane::channel::FeedRing*>& rings() const { return rings_; }
  [[nodiscard]] const std::map<std::string, std::string>& failures() const {
    return failures_;
  }  // by input id
  void start();
  // Takes up which feeds could be read no further since the last call; gives the ids of their inputs.
  std::vector<std::string> watch();
  // Before the worker ends, whose last frames still belong to the feeds.
  void stop() { feeder_.reset(); }

 private:
  struct Feed {
    std::string input;
    std::unique_ptr<dataplane::FileFeed> feed;
  };
  std::vector<Feed> feeds_;
  std::vector<dataplane::channel::FeedRing*> rings_;
  std::map<std::string, std::string> failures_;
  std::unique_ptr<dataplane::FileFeeder> feeder_;
};

}  // namespace headwater::daemon
