// SPDX-License-Identifier: Apache-2.0
//
// The configuration's life as a test sets it, and what was asked of it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/api/config_control.h"

namespace headwater::control::api {

class FixtureControl : public ConfigControl {
 public:
  AppliedConfig apply(const ApplyOrder& order) override {
    const std::lock_guard lock(mutex_);
    ordered_ = order;
    return applied_;
  }
  AppliedConfig diff() override {
    const std::lock_guard lock(mutex_);
    AppliedConfig answer = applied_;
    answer.applied = false;
    return answer;
  }
  AppliedConfig roll_back(std::optional<std::uint32_t> revision) override {
    const std::lock_guard lock(mutex_);
    rolled_back_to_ = revision;
    return applied_;
  }
  std::expected<void, std::string> confirm() override {
    const std::lock_guard lock(mutex_);
    if (!refusal_.empty()) return std::unexpected(refusal_);
    return {};
  }
  std::vector<RevisionSnapshot> revisions() override {
    return {
        {.number = 7,
         .taken_at = 1'700'000'060,
         .confirmed = false,
         .runs = true,
         .changes = "2 channels added"},
        {.number = 6, .taken_at = 1'700'000'000, .confirmed = true, .runs = false, .changes = "the first"}};
  }

  // Also while a server asks.
  void set_applied(AppliedConfig applied) {
    const std::lock_guard lock(mutex_);
    applied_ = std::move(applied);
  }
  void refuse(std::string why) {
    const std::lock_guard lock(mutex_);
    refusal_ = std::move(why);
  }
  [[nodiscard]] ApplyOrder ordered() {
    const std::lock_guard lock(mutex_);
    return ordered_;
  }
  [[nodiscard]] std::optional<std::uint32_t> rolled_back_to() {
    const std::lock_guard lock(mutex_);
    return rolled_back_to_;
  }

 private:
  std::mutex mutex_;
  AppliedConfig applied_;
  ApplyOrder ordered_;
  std::optional<std::uint32_t> rolled_back_to_;
  std::string refusal_;
};

}  // namespace headwater::control::api
