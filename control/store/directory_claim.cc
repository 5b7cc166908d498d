// SPDX-License-Identifier: Apache-2.0
#include "control/store/directory_claim.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>

namespace headwater::control {
namespace {

constexpr const char* kFile = "headwaterd.pid";

// What the holder wrote; empty while it has not yet.
std::string holder(int file) {
  std::array<char, 32> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  pid.resize(std::min(pid.size(), pid.find_first_not_of("0123456789")));
  return pid;
}

}  // namespace

std::expected<DirectoryClaim, StoreError> DirectoryClaim::take(const std::filesystem::path& directory) {
  const auto failed = [&](const std::string& what) {
    return std::unexpected(StoreError{fmt::format("{}: {}", directory.string(), what)});
  };
  if (auto made = make_directory(directory); !made) return std::unexpected(made.error());
  const int file = ::open((directory / kFile).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file < 0) {
    return failed(fmt::format("{}: {}: the directory must be writable by the user that the appliance runs as",
                              kFile, std::generic_category().message(errno)));
  }
  DirectoryClaim claim(file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed(std::generic_category().message(errno));
    const std::string pid = holder(file);
    return failed(
        fmt::format("another headwaterd ({}) runs on this state directory: stop it first, or give this one a "
                    "state_directory of its own",
                    pid.empty() ? "just starting" : "process " + pid));
  }
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(file, 0) != 0 || pwrite(file, pid.data(), pid.size(), 0) < 0) {
    return failed(fmt::format("{}: {}", kFile, std::generic_category().message(errno)));
  }
  return claim;
}

DirectoryClaim::~DirectoryClaim() {
  if (file_ >= 0) close(file_);
}

}  // namespace headwater::control
