// SPDX-License-Identifier: Apache-2.0
#include "program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>

namespace headwater::hwctl {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds kPatience{20};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (std::string& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

pid_t spawn(std::vector<std::string> arguments, std::vector<std::string> environment, int out, int err) {
  for (const char* name : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(name); value != nullptr)
      environment.push_back(std::string(name) + '=' + value);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  pid_t process = -1;
  const int error = ::posix_spawnp(&process, arguments.front().c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  EXPECT_EQ(error, 0) << arguments.front();
  return process;
}

// False at the end.
bool read_some(int descriptor, std::string& into) {
  std::array<char, 4096> buffer{};
  const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
  if (got <= 0) return false;
  into.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

bool wait_readable(pollfd* descriptors, nfds_t count, Clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
  return left > 0 && ::poll(descriptors, count, static_cast<int>(left)) > 0;
}

int exit_of(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

Outcome run_program(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
  EXPECT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
  const pid_t process = spawn(arguments, environment, out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  Outcome outcome;
  const Clock::time_point end = Clock::now() + kPatience;
  std::array<pollfd, 2> open{pollfd{out[0], POLLIN, 0}, pollfd{err[0], POLLIN, 0}};
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (!wait_readable(open.data(), open.size(), end)) {
      ADD_FAILURE() << arguments.front() << " does not end";
      ::kill(process, SIGKILL);
      break;
    }
    if (open[0].revents != 0 && !read_some(out[0], outcome.out)) open[0].fd = -1;
    if (open[1].revents != 0 && !read_some(err[0], outcome.err)) open[1].fd = -1;
  }
  ::close(out[0]);
  ::close(err[0]);
  outcome.exit = exit_of(process);
  return outcome;
}

RunningProgram::RunningProgram(const std::vector<std::string>& arguments, bool on_terminal,
                               unsigned short rows) {
  int theirs = -1;
  if (on_terminal) {
    const winsize size{.ws_row = rows, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};
    EXPECT_EQ(::openpty(&output_, &theirs, nullptr, nullptr, &size), 0);
    ::fcntl(output_, F_SETFD, FD_CLOEXEC);
  } else {
    std::array<int, 2> out{};
    EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    output_ = out[0];
    theirs = out[1];
  }
  process_ = spawn(arguments, {"TERM=xterm"}, theirs, theirs);
  ::close(theirs);
}

RunningProgram::~RunningProgram() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    exit_of(process_);
  }
  ::close(output_);
}

std::string RunningProgram::read_until(std::string_view text, int times) {
  const Clock::time_point end = Clock::now() + kPatience;
  pollfd readable{output_, POLLIN, 0};
  while (true) {
    int found = 0;
    for (std::size_t at = said_.find(text); at != std::string::npos; at = said_.find(text, at + 1)) ++found;
    if (found >= times) return said_;
    if (!wait_readable(&readable, 1, end) || !read_some(output_, said_)) {
      ADD_FAILURE() << "said only: " << said_;
      return said_;
    }
  }
}

void RunningProgram::interrupt() const {
  ::kill(process_, SIGINT);
}

int RunningProgram::wait() {
  return exit_of(std::exchange(process_, -1));
}

HeadendOnASocket::HeadendOnASocket() {
  control::api::add_routes(router, view);
  control::api::add_config_routes(router, control);
  const auto listening = server.listen_unix(socket);
  EXPECT_TRUE(listening.has_value());
  server.start();
}

}  // namespace headwater::hwctl
