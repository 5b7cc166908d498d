// SPDX-License-Identifier: Apache-2.0
//
// A whole file in memory, read-only, by mmap. Any thread.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "psi/base/bytes.h"

namespace headwater::dataplane {

class MappedFile {
 public:
  // The error names the file.
  static std::expected<MappedFile, std::string> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  [[nodiscard]] Bytes bytes() const { return {data_, size_}; }

 private:
  MappedFile(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}

  const std::uint8_t* data_;
  std::size_t size_;
};

}  // namespace headwater::dataplane
