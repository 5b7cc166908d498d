// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/numbering.h"

#include <utility>

namespace headwater::control {

Numbering::Numbering(std::string_view kind, std::uint16_t first, const Store& store)
    : kind_(kind), first_(first), next_new_(first) {
  for (Allocation& known : store.list(kind_)) {
    if (known.value >= kNumbers) continue;
    remembered_[known.value] = true;
    by_channel_.emplace(std::move(known.owner), static_cast<std::uint16_t>(known.value));
  }
}

void Numbering::give_back(std::uint16_t number, bool configured) {
  --taken_[number];
  if (!configured) allocated_[number] = false;
}

void Numbering::allocate(std::uint16_t number) {
  take(number);
  allocated_[number] = true;
}

std::optional<std::uint16_t> Numbering::remembered(const std::string& channel) const {
  const auto known = by_channel_.find(channel);
  return known == by_channel_.end() ? std::nullopt : std::optional(known->second);
}

std::optional<std::uint16_t> Numbering::take_remembered(const std::string& channel) {
  const auto known = remembered(channel);
  if (!known || is_taken(*known)) return std::nullopt;
  allocate(*known);
  return known;
}

std::optional<std::uint16_t> Numbering::take_free(const std::string& channel,
                                                  std::vector<Allocation>& fresh) {
  // Only when no number is left that nobody ever had, those of channels that are gone serve again.
  auto number = lowest_new();
  if (!number) number = lowest_free();
  if (!number) return std::nullopt;
  allocate(*number);
  remembered_[*number] = true;
  by_channel_.insert_or_assign(channel, *number);
  fresh.push_back({kind_, channel, "", *number});
  return number;
}

std::optional<std::uint16_t> Numbering::lowest_new() {
  for (std::uint32_t number = next_new_; number < kNumbers; ++number) {
    if (remembered_[number]) continue;
    if (taken_[number] == 0) {
      next_new_ = number;
      return static_cast<std::uint16_t>(number);
    }
  }
  next_new_ = kNumbers;
  return std::nullopt;
}

std::optional<std::uint16_t> Numbering::lowest_free() const {
  for (std::uint32_t number = first_; number < kNumbers; ++number) {
    if (taken_[number] == 0) return static_cast<std::uint16_t>(number);
  }
  return std::nullopt;
}

}  // namespace headwater::control
