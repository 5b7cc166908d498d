// SPDX-License-Identifier: Apache-2.0
#include "control/store/revisions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "psi/base/crc32.h"

namespace headwater::control {
namespace {

constexpr Schema kSchema{.version = 1,
                         .tables =
                             "CREATE TABLE revision (number INTEGER PRIMARY KEY, taken_at INTEGER NOT "
                             "NULL, confirmed INTEGER NOT NULL, changes TEXT NOT NULL, crc INTEGER NOT "
                             "NULL, sources BLOB NOT NULL);",
                         .lost = "the file runs, and there is no revision to go back to"};

std::uint32_t crc_of(std::string_view text) {
  return crc32_mpeg(std::vector<std::uint8_t>(text.begin(), text.end()));
}

}  // namespace

std::expected<Revisions, StoreError> Revisions::open(const std::filesystem::path& directory) {
  if (auto made = make_directory(directory); !made) return std::unexpected(made.error());
  const std::string path = (directory / "revisions.db").string();
  auto database = Database::open_whole(path, kSchema);
  if (!database) return std::unexpected(database.error());
  Revisions revisions(std::move(*database), path);
  if (auto read = revisions.read_list(); !read) return std::unexpected(read.error());
  return revisions;
}

std::expected<void, StoreError> Revisions::read_list() {
  auto statement =
      database_.prepare("SELECT number, taken_at, confirmed, changes FROM revision ORDER BY number DESC");
  if (!statement) return std::unexpected(statement.error());
  std::vector<Revision> list;
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    list.push_back({.number = static_cast<std::uint32_t>(statement->integer(0)),
                    .taken_at = statement->integer(1),
                    .standing = static_cast<Standing>(statement->integer(2)),
                    .changes = statement->text(3)});
  }
  list_ = std::move(list);
  return {};
}

std::expected<void, StoreError> Revisions::write(const Revision& revision, std::string_view sources) {
  auto statement = database_.prepare(
      "INSERT INTO revision (number, taken_at, confirmed, changes, crc, sources) VALUES (?1, ?2, ?3, ?4, ?5, "
      "?6)");
  if (!statement) return std::unexpected(statement.error());
  if (auto done = statement->bind(1, sqlite3_int64{revision.number}); !done) return done;
  if (auto done = statement->bind(2, sqlite3_int64{revision.taken_at}); !done) return done;
  if (auto done = statement->bind(3, static_cast<sqlite3_int64>(revision.standing)); !done) return done;
  if (auto done = statement->bind(4, revision.changes); !done) return done;
  if (auto done = statement->bind(5, sqlite3_int64{crc_of(sources)}); !done) return done;
  if (auto done = statement->bind(6, sources); !done) return done;
  if (auto row = statement->step(); !row) return std::unexpected(row.error());
  if (list_.size() < kMost) return {};
  const auto confirmed = newest_confirmed();
  return database_.execute(fmt::format(
      "DELETE FROM revision WHERE number NOT IN (SELECT number FROM revision ORDER BY number DESC LIMIT {}) "
      "AND number != {}",
      kMost, confirmed ? confirmed->number : 0));
}

std::expected<Revision, StoreError> Revisions::keep(std::int64_t taken_at, Standing standing,
                                                    std::string_view changes, std::string_view sources) {
  Revision revision{.number = list_.empty() ? 1 : list_.front().number + 1,
                    .taken_at = taken_at,
                    .standing = standing,
                    .changes = std::string(changes)};
  if (auto done = database_.in_one([&] { return write(revision, sources); }); !done)
    return std::unexpected(done.error());
  const auto confirmed = newest_confirmed();
  list_.insert(list_.begin(), revision);
  if (list_.size() > kMost) {
    const auto old = std::ranges::subrange(list_.begin() + kMost, list_.end());
    const auto gone = std::ranges::remove_if(
        old, [&](const Revision& each) { return !confirmed || each.number != confirmed->number; });
    list_.erase(gone.begin(), list_.end());
  }
  return revision;
}

std::expected<void, StoreError> Revisions::set(std::uint32_t number, Standing standing) {
  const auto found = std::ranges::find(list_, number, &Revision::number);
  if (found == list_.end() || found->standing == standing) return {};
  auto done = database_.execute(fmt::format("UPDATE revision SET confirmed = {} WHERE number = {}",
                                            static_cast<int>(standing), number));
  if (done) found->standing = standing;
  return done;
}

template <typename Is>
std::optional<Revision> Revisions::newest(std::optional<std::uint32_t> before, Is is) const {
  const auto found = std::ranges::find_if(
      list_, [&](const Revision& each) { return is(each) && (!before || each.number < *before); });
  if (found == list_.end()) return std::nullopt;
  return *found;
}

std::optional<Revision> Revisions::newest_confirmed(std::optional<std::uint32_t> before) const {
  return newest(before, [](const Revision& each) { return each.confirmed(); });
}

std::optional<Revision> Revisions::newest_that_ran(std::optional<std::uint32_t> before) const {
  return newest(before, [](const Revision& each) { return each.standing == Standing::kRan; });
}

std::expected<std::optional<std::string>, StoreError> Revisions::sources(std::uint32_t number) const {
  auto statement = database_.prepare("SELECT crc, sources FROM revision WHERE number = ?1");
  if (!statement) return std::unexpected(statement.error());
  if (auto done = statement->bind(1, sqlite3_int64{number}); !done) return std::unexpected(done.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return std::nullopt;
  std::string text = statement->text(1);
  if (statement->integer(0) == crc_of(text)) return text;
  return std::unexpected(StoreError{fmt::format(
      "{}: revision {} is damaged: `hwctl config apply` makes another one of the file", path_, number)});
}

}  // namespace headwater::control
