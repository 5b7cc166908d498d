// SPDX-License-Identifier: Apache-2.0
//
// Numbers of one kind (service_id, transport_stream_id), each channel's own: a configured one counts, else
// the remembered one, else the lowest that no channel has or ever had. Control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "control/store/store.h"

namespace headwater::control {

class Numbering {
 public:
  // `first`: the lowest number there is. `store`: what is remembered.
  Numbering(std::string_view kind, std::uint16_t first, const Store& store);

  // A channel has it that was allocated it.
  [[nodiscard]] bool is_allocated(std::uint16_t number) const { return allocated_[number]; }
  // As configured: several may.
  void take(std::uint16_t number) { ++taken_[number]; }
  void give_back(std::uint16_t number, bool configured);
  // What the channel had; nullopt: it never had one.
  [[nodiscard]] std::optional<std::uint16_t> remembered(const std::string& channel) const;
  // It takes that again; nullopt: that is taken, too.
  [[nodiscard]] std::optional<std::uint16_t> take_remembered(const std::string& channel);
  // Another one, which is appended to `fresh` for the store; nullopt: all are taken.
  [[nodiscard]] std::optional<std::uint16_t> take_free(const std::string& channel,
                                                       std::vector<Allocation>& fresh);

 private:
  [[nodiscard]] bool is_taken(std::uint16_t number) const { return taken_[number] != 0; }
  void allocate(std::uint16_t number);
  [[nodiscard]] std::optional<std::uint16_t> lowest_new();
  [[nodiscard]] std::optional<std::uint16_t> lowest_free() const;

  static constexpr std::size_t kNumbers = 0x1'0000;
  std::string kind_;
  std::uint16_t first_;
  std::uint32_t next_new_;  // below it, every number is taken or remembered, or was
  std::vector<std::uint32_t> taken_ = std::vector<std::uint32_t>(kNumbers);  // by how many channels
  std::vector<bool> allocated_ = std::vector<bool>(kNumbers);                // of those: to one
  std::vector<bool> remembered_ = std::vector<bool>(kNumbers);               // a channel's, there or gone
  std::unordered_map<std::string, std::uint16_t> by_channel_;
};

}  // namespace headwater::control
