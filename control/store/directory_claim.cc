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

// What the holder wrote; empty where it could not, or not yet.
std::string holder(int directory) {
  const int note = openat(directory, kFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (note < 0) return {};
  std::array<char, 32> text{};
  const ssize_t size = read(note, text.data(), text.size());
  close(note);
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
  // The directory itself is locked: a file in it might be cleaned away.
  const int handle = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) return failed(std::generic_category().message(errno));
  DirectoryClaim claim(handle);
  if (flock(handle, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return failed(fmt::format("cannot be locked ({}): use a directory on a local file system",
                                std::generic_category().message(errno)));
    }
    const std::string pid = holder(handle);
    return failed(
        fmt::format("another headwaterd{} runs on this state directory: stop it first, or give this one a "
                    "state_directory of its own",
                    pid.empty() ? "" : fmt::format(" (process {})", pid)));
  }
  // For the message above; the lock holds without it.
  const int note = openat(handle, kFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (note >= 0) {
    const std::string pid = std::to_string(getpid()) + "\n";
    [[maybe_unused]] const ssize_t written = write(note, pid.data(), pid.size());
    close(note);
  }
  return claim;
}

DirectoryClaim::~DirectoryClaim() {
  if (directory_ >= 0) close(directory_);
}

}  // namespace headwater::control
