// SPDX-License-Identifier: Apache-2.0
//
// A file read through a window, by pread: a file that is cut, written to or on a medium that fails is an
// answer, where a mapping would end the process. One thread.
#pragma once

#include <sys/stat.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "psi/base/bytes.h"

namespace headwater::dataplane {

class FileReader {
 public:
  static constexpr std::size_t kWindow = std::size_t{256} * 1024;

  // A regular file that is not empty. `stop`, where given, ends its reading when it becomes true. The error
  // names the file.
  static std::expected<FileReader, std::string> open(const std::filesystem::path& path,
                                                     const std::atomic<bool>* stop = nullptr);
  FileReader(FileReader&& other) noexcept;
  FileReader& operator=(FileReader&&) = delete;
  ~FileReader();

  // Whatever `stop` becomes from now on.
  void read_on() { stop_ = nullptr; }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t size() const { return size_; }  // when it was opened

  // [at, at + length), at most kWindow, within size(); valid until the next call. Empty: the file has them no
  // more, failure() says why.
  [[nodiscard]] Bytes look(std::size_t at, std::size_t length);
  [[nodiscard]] const std::string& failure() const { return failure_; }  // names the file

 private:
  FileReader(std::filesystem::path path, int file, const struct stat& status);
  void fill(std::size_t at);

  std::filesystem::path path_;
  int file_;
  const std::atomic<bool>* stop_ = nullptr;
  std::size_t size_;
  timespec modified_;
  std::vector<std::uint8_t> window_;
  std::size_t window_at_ = 0;
  std::size_t filled_ = 0;
  std::string failure_;
};

}  // namespace headwater::dataplane
