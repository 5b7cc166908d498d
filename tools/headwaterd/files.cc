// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/files.h"

#include <algorithm>
#include <utility>

namespace headwater::daemon {

namespace {

bool is_played(const config::Input& input) {
  return input.kind == config::Input::Kind::kFile && input.enabled;
}

}  // namespace

std::vector<Files::Wanted> Files::missing(const config::Configuration& configuration) const {
  std::vector<Wanted> wanted;
  for (const config::Input& input : configuration.inputs) {
    if (!is_played(input)) continue;
    const auto known = feeds_.find(input.id);
    const bool same =
        known != feeds_.end() && known->second.path == input.path && known->second.rate == input.file_rate;
    if (same && known->second.feed && known->second.feed->failure() == nullptr) continue;
    wanted.push_back({.input = input.id, .path = input.path, .rate = input.file_rate});
  }
  return wanted;
}

std::vector<Files::Opened> Files::open(const std::vector<Wanted>& wanted, const std::atomic<bool>* stop) {
  std::vector<Opened> opened;
  for (const Wanted& each : wanted) {
    Opened& result = opened.emplace_back(each);
    auto feed = dataplane::FileFeed::open(each.path, each.rate, Instant{}, stop);
    if (feed) {
      result.feed = std::move(*feed);
    } else {
      result.trouble = std::move(feed.error());
    }
  }
  return opened;
}

control::FileFacts Files::stage(const config::Configuration& configuration, std::vector<Opened> opened) {
  Feeds feeds;
  for (Opened& each : opened) {
    feeds.insert_or_assign(each.wanted.input, Feed{.path = std::move(each.wanted.path),
                                                   .rate = each.wanted.rate,
                                                   .serial = ++serials_,
                                                   .feed = std::move(each.feed),
                                                   .trouble = std::move(each.trouble)});
  }
  control::FileFacts facts;
  for (const config::Input& input : configuration.inputs) {
    if (!is_played(input)) continue;
    auto place = feeds.find(input.id);
    if (place == feeds.end()) {
      const auto known = feeds_.find(input.id);
      if (known == feeds_.end()) continue;
      place = feeds.emplace(input.id, known->second).first;
    }
    facts[input.id] = {.serial = place->second.serial, .trouble = place->second.trouble};
  }
  staged_ = std::move(feeds);
  return facts;
}

void Files::take_staged() {
  if (!staged_) return;
  failures_.clear();
  untold_.clear();
  for (auto& [input, feed] : feeds_) {
    const auto kept = staged_->find(input);
    const bool goes_on = kept != staged_->end() && kept->second.serial == feed.serial;
    if (!goes_on && feed.feed) retired_.push_back({generation_, std::move(feed.feed)});
  }
  feeds_ = std::move(*staged_);
  staged_.reset();
  for (const auto& [input, feed] : feeds_) {
    if (feed.trouble.empty()) continue;
    failures_[input] = feed.trouble;
    untold_.push_back(input);
  }
}

void Files::bind(const dataplane::Plan& plan, Instant now) {
  generation_ = plan.generation;
  take_staged();
  using Inputs = dataplane::Parts<dataplane::InputPlan>;
  Inputs::for_each_difference(bound_, plan.inputs, [&](const auto* old, const auto* part) {
    if (part == nullptr) return;
    const auto found = part->match ? feeds_.end() : feeds_.find(part->id);
    const bool plays = found != feeds_.end() && found->second.feed;
    if (plays) {
      Feed& feed = found->second;
      feed.feed->hold(part->held_for, part->history_frames);
      if (!std::exchange(feed.plays, true)) feed.feed->begin(now);
    }
    // Of a slot that lives, nothing is written: the worker may read it.
    if (old != nullptr && old->life == part->life) return;
    rings_[part->slot.index] = plays ? &found->second.feed->ring() : nullptr;
  });
  bound_ = plan.inputs;
  tell_feeder();
}

void Files::keep() {
  take_staged();
  tell_feeder();
}

void Files::settle(std::uint64_t in_use) {
  std::erase_if(retired_, [&](const Retired& each) { return each.generation <= in_use; });
}

void Files::tell_feeder() {
  if (!feeder_) return;
  std::vector<std::shared_ptr<dataplane::FileFeed>> feeds;
  for (const auto& [input, feed] : feeds_) {
    if (feed.plays) feeds.push_back(feed.feed);
  }
  feeder_->play(std::move(feeds));
}

void Files::start(std::function<Instant()> now) {
  feeder_ = std::make_unique<dataplane::FileFeeder>(std::move(now));
  tell_feeder();
}

std::vector<std::string> Files::watch() {
  std::vector<std::string> failed = std::exchange(untold_, {});
  for (const auto& [input, feed] : feeds_) {
    const std::string* failure = feed.feed ? feed.feed->failure() : nullptr;
    if (failure != nullptr && failures_.emplace(input, *failure).second) failed.push_back(input);
  }
  return failed;
}

}  // namespace headwater::daemon
