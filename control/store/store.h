// SPDX-License-Identifier: Apache-2.0
//
// What the appliance decided once and must not decide otherwise after a restart: PIDs, service_ids, table
// versions, SSRCs. Small numbers under (kind, owner, key), in SQLite on disk and whole in memory, so that
// reading cannot fail. What `remember` returned without error survives SIGKILL and loss of power. One thread
// at a time.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::control {

struct StoreError {
  std::string text;  // what is wrong with which file, and the way out
};

// kind      owner       key                            value
// "pid"     channel id  "input pid 0x101 / component"  output PID
// "version" channel id  "pmt", and "pmt crc"           version_number, and CRC of the content last sent with
// it
struct Allocation {
  std::string kind;
  std::string owner;
  std::string key;
  std::uint32_t value = 0;
  friend bool operator==(const Allocation&, const Allocation&) = default;
};

// With its parents, where it is missing.
[[nodiscard]] std::expected<void, StoreError> make_directory(const std::filesystem::path& directory);

class Store {
 public:
  // `directory`/headwater.db; both are made when missing.
  [[nodiscard]] static std::expected<Store, StoreError> open(const std::filesystem::path& directory);
  // Kept nowhere: for tests and for a run without a state directory.
  [[nodiscard]] static std::expected<Store, StoreError> in_memory();

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view kind, std::string_view owner,
                                                  std::string_view key) const;
  // In order of owner, then key: of every owner, or of one.
  [[nodiscard]] std::vector<Allocation> list(std::string_view kind) const;
  [[nodiscard]] std::vector<Allocation> list(std::string_view kind, std::string_view owner) const;

  // Replaces what was there; writes nothing when it is the same. On an error (disk full) the value holds in
  // memory all the same, and is written with the next call that succeeds.
  [[nodiscard]] std::expected<void, StoreError> remember(std::string_view kind, std::string_view owner,
                                                         std::string_view key, std::uint32_t value);
  // In memory; written with the next remember().
  void note(std::span<const Allocation> allocations);
  // All or none, with one write to the disk: a channel's whole set, or a version with its CRC.
  [[nodiscard]] std::expected<void, StoreError> remember(std::span<const Allocation> allocations);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace headwater::control
