// SPDX-License-Identifier: Apache-2.0
//
// hwgen: makes streams and plays them in time.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "tools/hwgen/make.h"
#include "tools/hwgen/play.h"

namespace {

constexpr const char* kUsage =
    "usage: hwgen make FILE [options]                 makes a file of one service (needs the program "
    "ffmpeg)\n"
    "       hwgen play FILE URL [FILE URL ...]        plays files in time with their PCRs to udp:// or "
    "rtp:// groups\n"
    "       hwgen make|play --help\n";

int usage(const std::string& error) {
  fmt::print(stderr, "hwgen: {}\n{}", error, kUsage);
  return 2;
}

int run_make(const std::vector<std::string>& words) {
  const auto options = headwater::hwgen::parse_make_options(words);
  if (!options) return usage(options.error());
  if (!*options) return 0;
  const auto done = headwater::hwgen::make(**options);
  if (done) return 0;
  fmt::print(stderr, "hwgen: {}\n", done.error());
  return 1;
}

int run_play(const std::vector<std::string>& words) {
  const auto options = headwater::hwgen::parse_play_options(words);
  if (!options) return usage(options.error());
  if (!*options) return 0;
  const auto done = headwater::hwgen::play(**options);
  if (done) {
    fmt::print(stderr, "hwgen: {}\n", headwater::hwgen::summary(*done));
    return 0;
  }
  fmt::print(stderr, "hwgen: {}\n", done.error());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) return usage("what shall it do?");
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (words[0] == "make") return run_make(rest);
  if (words[0] == "play") return run_play(rest);
  if (words[0] == "--help" || words[0] == "-h") {
    fmt::print("{}", kUsage);
    return 0;
  }
  return usage(fmt::format("'{}' is none of its verbs", words[0]));
}
