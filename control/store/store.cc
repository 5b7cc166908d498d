// SPDX-License-Identifier: Apache-2.0
#include "control/store/store.h"

#include <fmt/core.h>

#include <limits>
#include <map>
#include <system_error>
#include <tuple>
#include <utility>

#include "control/store/database.h"

namespace headwater::control {
namespace {

constexpr const char* kFile = "headwater.db";

constexpr Schema kSchema{.version = 1,
                         .tables =
                             "CREATE TABLE allocation (kind TEXT NOT NULL, owner TEXT NOT NULL, key "
                             "TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (kind, owner, key)) "
                             "WITHOUT ROWID;",
                         .lost =
                             "PIDs, service_ids and table versions are allocated anew, and set-top boxes "
                             "may have to scan again"};

constexpr std::string_view kWrite =
    "INSERT INTO allocation (kind, owner, key, value) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (kind, owner, key) DO UPDATE SET value = excluded.value";

using Name = std::tuple<std::string, std::string, std::string>;  // kind, owner, key
using Names = std::map<Name, std::uint32_t>;

std::expected<Names, StoreError> read_all(Database& database, const std::string& path) {
  auto statement = database.prepare("SELECT kind, owner, key, value FROM allocation");
  if (!statement) return std::unexpected(statement.error());
  Names names;
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return names;
    const auto value = statement->integer(3);
    if (value < 0 || value > std::numeric_limits<std::uint32_t>::max()) {
      return std::unexpected(StoreError{fmt::format(
          "{}: the value {} of {} {} {} is out of range: {}", path, value, statement->text(0),
          statement->text(1), statement->text(2), "delete that row or restore the file from a backup")});
    }
    names.insert_or_assign(Name(statement->text(0), statement->text(1), statement->text(2)),
                           static_cast<std::uint32_t>(value));
  }
}

}  // namespace

struct Store::State {
  Database database;
  Names names;
  std::vector<Allocation> unsaved;  // decided, but the disk did not take them yet

  static std::expected<std::unique_ptr<State>, StoreError> load(const std::string& path, bool on_disk);
  std::expected<void, StoreError> write(std::span<const Allocation> allocations);
};

std::expected<std::unique_ptr<Store::State>, StoreError> Store::State::load(const std::string& path,
                                                                            bool on_disk) {
  auto database = on_disk ? Database::open_whole(path, kSchema) : Database::open_new(path, kSchema);
  if (!database) return std::unexpected(database.error());
  auto names = read_all(*database, path);
  if (!names) return std::unexpected(names.error());
  return std::make_unique<State>(State{std::move(*database), std::move(*names), {}});
}

std::expected<void, StoreError> Store::State::write(std::span<const Allocation> allocations) {
  return database.in_one([&]() -> std::expected<void, StoreError> {
    auto statement = database.prepare(kWrite);
    if (!statement) return std::unexpected(statement.error());
    for (const Allocation& each : allocations) {
      if (auto done = statement->bind(1, each.kind); !done) return done;
      if (auto done = statement->bind(2, each.owner); !done) return done;
      if (auto done = statement->bind(3, each.key); !done) return done;
      if (auto done = statement->bind(4, sqlite3_int64{each.value}); !done) return done;
      if (auto row = statement->step(); !row) return std::unexpected(row.error());
      statement->reset();
    }
    return {};
  });
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

std::expected<void, StoreError> make_directory(const std::filesystem::path& directory) {
  std::error_code code;
  std::filesystem::create_directories(directory, code);
  if (!code) return {};
  return std::unexpected(StoreError{
      fmt::format("{}: {}: make it, writable by the user that the appliance runs as, or name another one",
                  directory.string(), code.message())});
}

std::expected<Store, StoreError> Store::open(const std::filesystem::path& directory) {
  if (auto made = make_directory(directory); !made) return std::unexpected(made.error());
  auto state = State::load((directory / kFile).string(), true);
  if (!state) return std::unexpected(state.error());
  return Store(std::move(*state));
}

std::expected<Store, StoreError> Store::in_memory() {
  auto state = State::load(":memory:", false);
  if (!state) return std::unexpected(state.error());
  return Store(std::move(*state));
}

std::optional<std::uint32_t> Store::find(std::string_view kind, std::string_view owner,
                                         std::string_view key) const {
  const auto found = state_->names.find(Name(kind, owner, key));
  if (found == state_->names.end()) return std::nullopt;
  return found->second;
}

std::vector<Allocation> Store::list(std::string_view kind) const {
  std::vector<Allocation> result;
  for (auto it = state_->names.lower_bound(Name(kind, "", "")); it != state_->names.end(); ++it) {
    const auto& [name, value] = *it;
    if (std::get<0>(name) != kind) break;
    result.push_back({std::get<0>(name), std::get<1>(name), std::get<2>(name), value});
  }
  return result;
}

std::vector<Allocation> Store::list(std::string_view kind, std::string_view owner) const {
  std::vector<Allocation> result;
  for (auto it = state_->names.lower_bound(Name(kind, owner, "")); it != state_->names.end(); ++it) {
    const auto& [name, value] = *it;
    if (std::get<0>(name) != kind || std::get<1>(name) != owner) break;
    result.push_back({std::get<0>(name), std::get<1>(name), std::get<2>(name), value});
  }
  return result;
}

std::expected<void, StoreError> Store::remember(std::string_view kind, std::string_view owner,
                                                std::string_view key, std::uint32_t value) {
  const Allocation one{std::string(kind), std::string(owner), std::string(key), value};
  return remember(std::span(&one, 1));
}

void Store::note(std::span<const Allocation> allocations) {
  for (const Allocation& each : allocations) {
    const auto [place, fresh] = state_->names.try_emplace(Name(each.kind, each.owner, each.key), each.value);
    if (!fresh && place->second == each.value) continue;
    place->second = each.value;
    state_->unsaved.push_back(each);
  }
}

std::expected<void, StoreError> Store::remember(std::span<const Allocation> allocations) {
  note(allocations);
  if (state_->unsaved.empty()) return {};
  auto done = state_->write(state_->unsaved);
  if (done) state_->unsaved.clear();
  return done;
}

}  // namespace headwater::control
