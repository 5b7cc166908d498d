// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace headwater::test {
namespace {

constexpr std::chrono::milliseconds kLook{10};

std::string content(int file) {
  std::string all;
  std::array<char, 4096> buffer;
  ssize_t size = 0;
  while ((size = pread(file, buffer.data(), buffer.size(), static_cast<off_t>(all.size()))) > 0) {
    all.append(buffer.data(), static_cast<std::size_t>(size));
  }
  return all;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments)
    : output_(memfd_create("stdout", MFD_CLOEXEC)), errors_(memfd_create("stderr", MFD_CLOEXEC)) {
  std::vector<std::string> words = arguments;
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output_, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors_, STDERR_FILENO);
  const int error = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error(
        fmt::format("{} does not start: {}", arguments.front(), std::generic_category().message(error)));
  }
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      status_(other.status_),
      output_(std::exchange(other.output_, -1)),
      errors_(std::exchange(other.errors_, -1)) {}

Process::~Process() {
  if (pid_ > 0 && !status_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (output_ >= 0) close(output_);
  if (errors_ >= 0) close(errors_);
}

bool Process::running() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) {
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return !status_;
}

std::optional<int> Process::wait(std::chrono::milliseconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (running()) {
    if (std::chrono::steady_clock::now() >= until) return std::nullopt;
    std::this_thread::sleep_for(kLook);
  }
  return status_;
}

void Process::signal(int number) const {
  if (!status_) kill(pid_, number);
}

std::string Process::output() const {
  return content(output_);
}
std::string Process::errors() const {
  return content(errors_);
}

}  // namespace headwater::test
