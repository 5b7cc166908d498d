// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace headwater::dataplane {

std::expected<FileReader, std::string> FileReader::open(const std::filesystem::path& path,
                                                        const std::atomic<bool>* stop) {
  const auto failed = [&](int error) {
    return std::unexpected(fmt::format("{}: {}", path.string(), std::strerror(error)));
  };
  // O_NONBLOCK: a FIFO opens at once, and is then refused.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return failed(errno);
  struct stat status{};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    close(file);
    return std::unexpected(fmt::format("{}: not a file that can be played in a loop", path.string()));
  }
  if (status.st_size == 0) {
    close(file);
    return std::unexpected(fmt::format("{}: the file is empty", path.string()));
  }
  FileReader reader(path, file, status);
  reader.stop_ = stop;
  return reader;
}

FileReader::FileReader(std::filesystem::path path, int file, const struct stat& status)
    : path_(std::move(path)),
      file_(file),
      size_(static_cast<std::size_t>(status.st_size)),
      modified_(status.st_mtim),
      window_(std::min(size_, kWindow)) {}

FileReader::FileReader(FileReader&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      stop_(other.stop_),
      size_(other.size_),
      modified_(other.modified_),
      window_(std::move(other.window_)),
      window_at_(other.window_at_),
      filled_(other.filled_),
      failure_(std::move(other.failure_)) {}

FileReader::~FileReader() {
  if (file_ >= 0) close(file_);
}

Bytes FileReader::look(std::size_t at, std::size_t length) {
  if (at < window_at_ || at + length > window_at_ + filled_) fill(at);
  if (length > filled_ - (at - window_at_)) return {};
  return Bytes(window_).subspan(at - window_at_, length);
}

void FileReader::fill(std::size_t at) {
  window_at_ = at;
  filled_ = 0;
  if (stop_ != nullptr && stop_->load(std::memory_order_relaxed)) {
    failure_ = fmt::format("{}: not read to its end: told to stop", path_.string());
    return;
  }
  const std::size_t wanted = std::min(window_.size(), size_ - at);
  while (filled_ < wanted) {
    const ssize_t count =
        pread(file_, window_.data() + filled_, wanted - filled_, static_cast<off_t>(at + filled_));
    if (count < 0 && errno == EINTR) continue;
    if (count > 0) {
      filled_ += static_cast<std::size_t>(count);
      continue;
    }
    failure_ = count < 0 ? fmt::format("{}: {}", path_.string(), std::strerror(errno))
                         : fmt::format("{}: byte {} of {} is no longer there: the file was cut or replaced",
                                       path_.string(), at + filled_, size_);
    filled_ = 0;
    return;
  }
  struct stat status{};
  if (fstat(file_, &status) != 0) {
    failure_ = fmt::format("{}: {}", path_.string(), std::strerror(errno));
    filled_ = 0;
  } else if (status.st_mtim.tv_sec != modified_.tv_sec || status.st_mtim.tv_nsec != modified_.tv_nsec) {
    // Its packets are no longer those that the schedule was made of.
    failure_ = fmt::format("{}: the file was written to after it was opened", path_.string());
    filled_ = 0;
  }
}

}  // namespace headwater::dataplane
