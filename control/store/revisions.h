// SPDX-License-Identifier: Apache-2.0
//
// What was on the air: each configuration that was taken over, whole, in the order of taking. The newest that
// is confirmed is what the next start runs; one that has never run, and fails, is not started again. In
// SQLite, apart from the allocations, so that neither takes the other down; what keep() returned without
// error survives SIGKILL and loss of power. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/store/database.h"

namespace headwater::control {

// As it is stored.
enum class Standing : std::uint8_t {
  kTried = 0,      // on the air, and gone back from unless somebody confirms it; or replaced before it ran
  kConfirmed = 1,  // for the next start; it has not run yet
  kRan = 2,        // confirmed, and it has been on the air
  kStarting = 3,   // a start runs it for the first time, or ended without a verdict (a power cut)
  kStartingAgain = 4,  // so has a second one
  kFailed = 5,         // it could not be started
};

struct Revision {
  std::uint32_t number = 0;
  std::int64_t taken_at = 0;  // seconds since 1970, UTC
  Standing standing = Standing::kTried;
  [[nodiscard]] bool confirmed() const {
    return standing == Standing::kConfirmed || standing == Standing::kRan || standing == Standing::kStarting;
  }
  std::string changes;  // from the one before, for people
};

class Revisions {
 public:
  static constexpr std::size_t kMost = 50;  // then the oldest go

  // `directory`/revisions.db, made when missing.
  [[nodiscard]] static std::expected<Revisions, StoreError> open(const std::filesystem::path& directory);

  // Becomes the newest. `sources` is what it can be read from again, bytes of the caller's.
  [[nodiscard]] std::expected<Revision, StoreError> keep(std::int64_t taken_at, Standing standing,
                                                         std::string_view changes, std::string_view sources);
  [[nodiscard]] std::expected<void, StoreError> set(std::uint32_t number, Standing standing);

  // Newest first.
  [[nodiscard]] const std::vector<Revision>& list() const { return list_; }
  // Of those before `before`, where that is given.
  [[nodiscard]] std::optional<Revision> newest_confirmed(std::optional<std::uint32_t> before = {}) const;
  [[nodiscard]] std::optional<Revision> newest_that_ran(std::optional<std::uint32_t> before = {}) const;
  // An error where it is damaged; nullopt: there is none of this number.
  [[nodiscard]] std::expected<std::optional<std::string>, StoreError> sources(std::uint32_t number) const;

 private:
  template <typename Is>
  [[nodiscard]] std::optional<Revision> newest(std::optional<std::uint32_t> before, Is is) const;
  Revisions(Database database, std::string path) : database_(std::move(database)), path_(std::move(path)) {}
  [[nodiscard]] std::expected<void, StoreError> read_list();
  [[nodiscard]] std::expected<void, StoreError> write(const Revision& revision, std::string_view sources);

  mutable Database database_;
  std::string path_;
  std::vector<Revision> list_;
};

}  // namespace headwater::control
