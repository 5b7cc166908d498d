// SPDX-License-Identifier: Apache-2.0
//
// hwctl: the NOC's command line. What it does is in run.cc; here is the terminal.
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
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

void write_all(std::FILE* stream, std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size() || std::fflush(stream) != 0) {
    // Nobody reads on (`hwctl … | head`): nothing is left to do.
    std::_Exit(headwater::hwctl::kDone);
  }
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
  console.out = [](std::string_view text) { write_all(stdout, text); };
  console.err = [](std::string_view text) { write_all(stderr, text); };
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
    std::this_thread::sleep_for(interval);
    return true;
  };
  try {
    return headwater::hwctl::run(std::vector<std::string>(argv + 1, argv + argc),
                                 environment("HEADWATER_SOCKET"), console);
  } catch (const std::exception& error) {
    console.err(fmt::format("hwctl: {}\n", error.what()));
    return headwater::hwctl::kFailed;
  }
}
