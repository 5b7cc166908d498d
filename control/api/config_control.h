// SPDX-License-Identifier: Apache-2.0
//
// The configuration's life as the API sees it: taken over from its file, confirmed or taken back, and what
// was on the air before. Implemented by the program; called on the HTTP thread, one call after another. Takes
// as long as reading and checking the files does.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/model/location.h"

namespace headwater::control::api {

struct ApplyOrder {
  // It is taken back unless it is confirmed within this time.
  std::optional<std::chrono::seconds> confirm_within = std::nullopt;
  // Checked and kept for the next start, which runs it; what runs now runs on.
  bool at_next_start = false;
};

// What came of it.
struct AppliedConfig {
  bool applied = false;
  std::string file;
  config::Problems problems;
  config::Changes changes;                               // where it was applied, or would be
  std::optional<std::uint32_t> revision = std::nullopt;  // that this is now
};

struct RevisionSnapshot {
  std::uint32_t number = 0;
  std::int64_t taken_at = 0;  // seconds since 1970, UTC
  bool confirmed = false;
  bool runs = false;
  std::string changes;
};

class ConfigControl {
 public:
  virtual ~ConfigControl() = default;

  // The file as it is now.
  virtual AppliedConfig apply(const ApplyOrder& order) = 0;
  // What apply() would change, and what it would object to; nothing is taken over.
  virtual AppliedConfig diff() = 0;
  // That revision again, or the newest confirmed one before that which runs.
  virtual AppliedConfig roll_back(std::optional<std::uint32_t> revision) = 0;
  // The error is for the operator.
  virtual std::expected<void, std::string> confirm() = 0;
  // Newest first.
  virtual std::vector<RevisionSnapshot> revisions() = 0;
};

}  // namespace headwater::control::api
