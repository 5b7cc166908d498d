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
  DirectoryClaim(DirectoryClaim&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  DirectoryClaim& operator=(DirectoryClaim&& other) noexcept {
    std::swap(file_, other.file_);
    return *this;
  }
  ~DirectoryClaim();

 private:
  explicit DirectoryClaim(int file) : file_(file) {}
  int file_;
};

}  // namespace headwater::control
