// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

namespace headwater::hwgen {

std::expected<void, std::string> run(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = arguments;
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  const int error = posix_spawnp(&child, pointers[0], nullptr, nullptr, pointers.data(), environ);
  if (error != 0)
    return std::unexpected(fmt::format("{} does not start: {}", words[0], std::strerror(error)));
  int status = 0;
  if (waitpid(child, &status, 0) < 0)
    return std::unexpected(fmt::format("{} is lost: {}", words[0], std::strerror(errno)));
  if (WIFSIGNALED(status))
    return std::unexpected(fmt::format("{} was ended by signal {}", words[0], WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0) {
    return std::unexpected(fmt::format("{} failed with exit code {}", words[0], WEXITSTATUS(status)));
  }
  return {};
}

}  // namespace headwater::hwgen
