// SPDX-License-Identifier: Apache-2.0
//
// A folder of a test's own, gone with it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/program_generator.h"

namespace headwater::test {

class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const;  // its path
  [[nodiscard]] std::string write(const std::string& name, const std::vector<TimedPacket>& packets) const;
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace headwater::test
