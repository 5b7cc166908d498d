// SPDX-License-Identifier: Apache-2.0
//
// One appliance at a time in a state directory: two on one configuration would send every datagram twice and
// answer for each other. Holds until it is destroyed or the process ends, however it does.
#pragma once

#include <expected>
#include <filesystem>
#include <utility>

#include "control/store/store.h"

namespace headwater::control {

class DirectoryClaim {
 public:
  // Makes the directory when it is missing. The error names the process that has it.
  [[nodiscard]] static std::expected<DirectoryClaim, StoreError> take(const std::filesystem::path& directory);
  DirectoryClaim(DirectoryClaim&& other) noexcept : directory_(std::exchange(other.directory_, -1)) {}
  DirectoryClaim& operator=(DirectoryClaim&& other) noexcept {
    std::swap(directory_, other.directory_);
    return *this;
  }
  ~DirectoryClaim();

 private:
  explicit DirectoryClaim(int directory) : directory_(directory) {}
  int directory_;
};

}  // namespace headwater::control
