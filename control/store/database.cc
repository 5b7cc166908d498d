// SPDX-License-Identifier: Apache-2.0
#include "control/store/database.h"

#include <fmt/core.h>

#include <utility>

namespace headwater::control {
namespace {

// How long another process (a backup, a shell) may hold the file before a write gives up.
constexpr int kBusyMilliseconds = 2000;

std::string way_out(int code, const std::string& path, std::string_view lost) {
  switch (code & 0xFF) {  // the primary code, without the extension
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return fmt::format(
          "the file is damaged. Restore it from a backup, or move {0}, {0}-wal and {0}-shm away: then {1}",
          path, lost);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "the directory and its files must be writable by the user that the appliance runs as";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process holds the file: end it, then try again";
    case SQLITE_FULL:
      return "the disk is full: free some space";
    case SQLITE_IOERR:
      return "the disk reports an error: see the kernel's log, and the space that is left";
    default:
      return "this is not expected: please report it with this text";
  }
}

}  // namespace

std::expected<Database, StoreError> Database::open(const std::string& path, const Schema& schema) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(path, raw, schema.lost);  // sqlite3_open_v2 gives a handle to close even on failure
  if (raw == nullptr) return std::unexpected(StoreError{path + ": out of memory"});
  if (code != SQLITE_OK) return std::unexpected(database.error(code));
  sqlite3_busy_timeout(raw, kBusyMilliseconds);
  return database;
}

std::expected<Database, StoreError> Database::open_new(const std::string& path, const Schema& schema) {
  auto database = open(path, schema);
  if (!database) return database;
  if (auto done = database->prepare_schema(schema); !done) return std::unexpected(done.error());
  return database;
}

std::expected<Database, StoreError> Database::open_whole(const std::string& path, const Schema& schema) {
  auto database = open(path, schema);
  if (!database) return database;
  if (auto done = database->write_through(); !done) return std::unexpected(done.error());
  if (auto done = database->check_whole(); !done) return std::unexpected(done.error());
  if (auto done = database->prepare_schema(schema); !done) return std::unexpected(done.error());
  return database;
}

std::expected<void, StoreError> Database::write_through() {
  // One that cannot keep a log beside it (a file system without shared memory) would answer "delete".
  const auto mode = query_text("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(mode.error());
  if (*mode != "wal") {
    return std::unexpected(StoreError{
        fmt::format("{}: this file system cannot hold a write-ahead log: use a local one", path_)});
  }
  // FULL: in WAL mode only this syncs at each commit, so that power loss takes nothing that was confirmed.
  return execute("PRAGMA synchronous = FULL");
}

std::expected<void, StoreError> Database::check_whole() {
  const auto verdict = query_text("PRAGMA quick_check(1)");
  if (!verdict) return std::unexpected(verdict.error());
  if (*verdict == "ok") return {};
  StoreError damaged = error(SQLITE_CORRUPT);
  damaged.text = fmt::format("{} [{}]", damaged.text, *verdict);
  return std::unexpected(std::move(damaged));
}

std::expected<void, StoreError> Database::prepare_schema(const Schema& schema) {
  const auto version = query_text("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == std::to_string(schema.version)) return {};
  if (*version != "0") {
    return std::unexpected(
        StoreError{fmt::format("{}: written by another version of Headwater (schema {}, this one reads {}): "
                               "start the version that wrote it, "
                               "or restore the backup made before",
                               path_, *version, schema.version)});
  }
  const auto tables = query_text("SELECT name FROM sqlite_schema LIMIT 1");
  if (!tables) return std::unexpected(tables.error());
  if (!tables->empty()) {
    return std::unexpected(
        StoreError{fmt::format("{}: a database of something else stands here: move it away", path_)});
  }
  return execute(
      fmt::format("BEGIN IMMEDIATE; {} PRAGMA user_version = {}; COMMIT", schema.tables, schema.version));
}

std::expected<void, StoreError> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return {};
}

std::expected<std::string, StoreError> Database::query_text(const std::string& sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->text(0) : std::string();
}

std::expected<Statement, StoreError> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(handle_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return Statement(*this, raw);
}

StoreError Database::error(int code) const {
  return {fmt::format("{}: {} ({}): {}", path_, sqlite3_errstr(code), sqlite3_errmsg(handle_.get()),
                      way_out(code, path_, lost_))};
}

std::expected<bool, StoreError> Statement::step() {
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(database_->error(code));
}

std::expected<void, StoreError> Statement::bind(int parameter, std::string_view value) {
  const int code =
      sqlite3_bind_text64(handle_.get(), parameter, value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) return std::unexpected(database_->error(code));
  return {};
}

std::expected<void, StoreError> Statement::bind(int parameter, sqlite3_int64 value) {
  const int code = sqlite3_bind_int64(handle_.get(), parameter, value);
  if (code != SQLITE_OK) return std::unexpected(database_->error(code));
  return {};
}

std::string Statement::text(int column) const {
  const void* bytes =
      sqlite3_column_blob(handle_.get(), column);  // UTF-8 for TEXT, without a cast of its own
  const int size = sqlite3_column_bytes(handle_.get(), column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

}  // namespace headwater::control
