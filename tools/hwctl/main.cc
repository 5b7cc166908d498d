// SPDX-License-Identifier: Apache-2.0
//
// hwctl: the NOC's command line. What it does is in run.cc; here is the terminal.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tools/hwctl/run.h"

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// What became of stdout: 0, or the errno with which it was lost.
int g_lost = 0;

void write_out(std::string_view text) {
  if (g_lost != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    g_lost = errno;
}

void write_err(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

// Who reads no further (`hwctl … | head`) has what he wanted, and the command's own verdict stands. A full
// disk is another matter: the answer did not arrive.
int with_loss(int verdict) {
  if (g_lost == 0 || g_lost == EPIPE) return verdict;
  write_err(fmt::format("hwctl: the answer cannot be written: {}\n", std::strerror(g_lost)));
  return verdict == headwater::hwctl::kDone ? headwater::hwctl::kFailed : verdict;
}

// Ctrl-C is how watching ends: at once, even while an answer is awaited, and as a success.
extern "C" void end_watching(int /*signal*/) {
  ::_exit(headwater::hwctl::kDone);
}

}  // namespace

int main(int argc, char** argv) {
  using headwater::hwctl::Console;
  std::signal(SIGPIPE, SIG_IGN);
  Console console;
  console.out = write_out;
  console.err = write_err;
  console.is_terminal = ::isatty(STDOUT_FILENO) != 0;
  // https://no-color.org: any value that is not empty.
  console.colour = console.is_terminal && environment("NO_COLOR").empty() && environment("TERM") != "dumb";
  console.size = [] {
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return headwater::hwctl::ScreenSize{};
    return headwater::hwctl::ScreenSize{.rows = size.ws_row, .columns = size.ws_col};
  };
  console.sleep = [](std::chrono::milliseconds interval) {
    std::signal(SIGINT, end_watching);
    std::signal(SIGTERM, end_watching);
    if (g_lost == 0) std::this_thread::sleep_for(interval);
    return g_lost == 0;
  };
  try {
    return with_loss(headwater::hwctl::run(std::vector<std::string>(argv + 1, argv + argc),
                                           environment("HEADWATER_SOCKET"), console));
  } catch (const std::exception& error) {
    console.err(fmt::format("hwctl: {}\n", error.what()));
    return headwater::hwctl::kFailed;
  }
}
