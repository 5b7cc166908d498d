// SPDX-License-Identifier: Apache-2.0
//
// SQLite as this room uses it: handles that close themselves, errors as values with the file's name and the
// way out. One thread at a time.
#pragma once

#include <sqlite3.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "control/store/store.h"

namespace headwater::control {

class Statement;

// What a file of ours holds. One of an older version is brought up here once there is one; a newer one is
// never touched.
struct Schema {
  int version = 1;
  const char* tables = "";  // makes them
  const char* lost = "";    // with the file
};

class Database {
 public:
  // A file, checked whole, whose every commit is on the disk; made when missing.
  [[nodiscard]] static std::expected<Database, StoreError> open_whole(const std::string& path,
                                                                      const Schema& schema);
  // ":memory:"
  [[nodiscard]] static std::expected<Database, StoreError> open_new(const std::string& path,
                                                                    const Schema& schema);

  // All that `write` does, or none of it, with one write to the disk.
  template <typename Write>
  [[nodiscard]] std::expected<void, StoreError> in_one(Write write) {
    if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return begun;
    std::expected<void, StoreError> done = write();
    if (done) done = execute("COMMIT");
    // SQLite may have rolled back by itself (disk full): then this one fails, and the first error is the one
    // to tell.
    if (!done) [[maybe_unused]]
      const auto rolled_back = execute("ROLLBACK");
    return done;
  }

  // One or more statements without a result.
  [[nodiscard]] std::expected<void, StoreError> execute(const std::string& sql);
  // The first column of the first row; empty when there is none.
  [[nodiscard]] std::expected<std::string, StoreError> query_text(const std::string& sql);
  [[nodiscard]] std::expected<Statement, StoreError> prepare(std::string_view sql);
  [[nodiscard]] StoreError error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  Database(std::string path, sqlite3* handle, const char* lost)
      : path_(std::move(path)), lost_(lost), handle_(handle) {}
  [[nodiscard]] static std::expected<Database, StoreError> open(const std::string& path,
                                                                const Schema& schema);
  [[nodiscard]] std::expected<void, StoreError> write_through();
  [[nodiscard]] std::expected<void, StoreError> check_whole();
  [[nodiscard]] std::expected<void, StoreError> prepare_schema(const Schema& schema);

  std::string path_;
  const char* lost_;
  std::unique_ptr<sqlite3, Close> handle_;
};

// Parameters count from 1, columns from 0, as in SQLite. Lives shorter than its Database.
class Statement {
 public:
  // True: a row stands ready. False: done.
  [[nodiscard]] std::expected<bool, StoreError> step();
  // For the next run with other parameters.
  void reset() { sqlite3_reset(handle_.get()); }
  // `value` outlives the next reset.
  [[nodiscard]] std::expected<void, StoreError> bind(int parameter, std::string_view value);
  [[nodiscard]] std::expected<void, StoreError> bind(int parameter, sqlite3_int64 value);
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] sqlite3_int64 integer(int column) const {
    return sqlite3_column_int64(handle_.get(), column);
  }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  Statement(const Database& database, sqlite3_stmt* handle) : database_(&database), handle_(handle) {}

  const Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace headwater::control
