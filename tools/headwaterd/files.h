// SPDX-License-Identifier: Apache-2.0
//
// The configuration's file inputs: a feed each, and the thread that plays them. A file that cannot be played,
// from the start or from some moment on, costs its own input and nothing else: the reason is kept for the
// status.
//
// A configuration is taken over in steps, since opening a file reads it whole: missing() says what is to be
// opened, open() does it without a lock, stage() gives the facts that the conductor plans by, and the Plan
// that comes of them is bound before the worker sees it; or drop() forgets them. Control's mutex is held for
// all but open().
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/compile/compiler.h"
#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/file_feed.h"
#include "dataplane/kernel/file_feeder.h"
#include "dataplane/plan/plan.h"

namespace headwater::daemon {

class Files {
 public:
  struct Wanted {
    std::string input;  // id
    std::string path;
    std::optional<std::uint64_t> rate;
  };
  struct Opened {
    Wanted wanted;
    std::shared_ptr<dataplane::FileFeed> feed;  // nullptr: it cannot be played
    std::string trouble;
  };

  // `slots`: of inputs.
  explicit Files(std::size_t slots) : rings_(slots, nullptr) {}

  [[nodiscard]] std::vector<Wanted> missing(const config::Configuration& configuration) const;
  // `stop` becomes true where it is in vain: what is still to be read cannot be played.
  [[nodiscard]] static std::vector<Opened> open(const std::vector<Wanted>& wanted,
                                                const std::atomic<bool>* stop = nullptr);
  [[nodiscard]] control::FileFacts stage(const config::Configuration& configuration,
                                         std::vector<Opened> opened);
  // Feeds the slots of `plan`, which is about to be published; what it plays no more ends. New files play
  // from `now` on.
  void bind(const dataplane::Plan& plan, Instant now);
  // What was staged plays, though no Plan came of it.
  void keep();
  void drop() { staged_.reset(); }
  // The worker uses no Plan before this generation any more.
  void settle(std::uint64_t in_use);

  // By input slot; nullptr where the input is no file. The worker looks at a slot's when the slot comes to
  // life.
  [[nodiscard]] const std::vector<dataplane::channel::FeedRing*>& rings() const { return rings_; }
  [[nodiscard]] const std::map<std::string, std::string>& failures() const {
    return failures_;
  }  // by input id
  // `now` is the workers' clock, callable from any thread.
  void start(std::function<Instant()> now);
  // Takes up what could not be opened, or be read no further, since the last call; gives the ids of inputs.
  std::vector<std::string> watch();
  // Before the worker ends, whose last frames still belong to the feeds.
  void stop() { feeder_.reset(); }

 private:
  struct Feed {
    std::string path;
    std::optional<std::uint64_t> rate;
    std::uint64_t serial = 0;
    std::shared_ptr<dataplane::FileFeed> feed;  // nullptr: it cannot be played
    std::string trouble;
    bool plays = false;
  };
  using Feeds = std::map<std::string, Feed>;  // by input id
  struct Retired {
    std::uint64_t generation = 0;  // of the first Plan without it
    std::shared_ptr<dataplane::FileFeed> feed;
  };
  void take_staged();
  void tell_feeder();

  Feeds feeds_;
  std::optional<Feeds> staged_;
  std::vector<Retired> retired_;
  std::uint64_t serials_ = 0;
  std::uint64_t generation_ = 0;                  // of the newest Plan
  dataplane::Parts<dataplane::InputPlan> bound_;  // of the newest Plan
  std::vector<dataplane::channel::FeedRing*> rings_;
  std::map<std::string, std::string> failures_;
  std::vector<std::string> untold_;  // failures that watch() has not given yet
  std::unique_ptr<dataplane::FileFeeder> feeder_;
};

}  // namespace headwater::daemon
