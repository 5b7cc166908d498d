// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/files.h"

#include <algorithm>

#include "dataplane/worker/now.h"

namespace headwater::daemon {

Files::Files(const config::Configuration& configuration, const dataplane::Plan& plan, std::size_t slots,
             Instant start)
    : rings_(slots, nullptr) {
  for (const config::Input& input : configuration.inputs) {
    if (input.kind != config::Input::Kind::kFile || !input.enabled) continue;
    const auto part =
        std::ranges::find_if(plan.inputs, [&](const auto& candidate) { return candidate->id == input.id; });
    if (part == plan.inputs.end()) continue;
    auto feed = dataplane::FileFeed::open(input.path, input.file_rate, start);
    if (!feed) {
      failures_[input.id] = feed.error();
      continue;
    }
    rings_[(*part)->slot.index] = &(*feed)->ring();
    feeds_.push_back({input.id, std::move(*feed)});
  }
}

void Files::start() {
  if (feeds_.empty()) return;
  std::vector<dataplane::FileFeed*> feeds;
  feeds.reserve(feeds_.size());
  for (const Feed& each : feeds_) feeds.push_back(each.feed.get());
  feeder_ = std::make_unique<dataplane::FileFeeder>(std::move(feeds), dataplane::monotonic_now);
}

std::vector<std::string> Files::watch() {
  std::vector<std::string> failed;
  for (const Feed& each : feeds_) {
    const std::string* failure = each.feed->failure();
    if (failure != nullptr && failures_.emplace(each.input, *failure).second) failed.push_back(each.input);
  }
  return failed;
}

}  // namespace headwater::daemon
