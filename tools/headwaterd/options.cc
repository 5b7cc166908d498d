// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/options.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <cstdio>
#include <iostream>
#include <map>

#include "config/yaml/yaml.h"
#include "tools/headwaterd/say.h"

namespace headwater::daemon {
namespace {

namespace po = boost::program_options;

const std::map<std::string, control::Severity> kLevels = {{"debug", control::Severity::kDebug},
                                                          {"info", control::Severity::kInfo},
                                                          {"warning", control::Severity::kWarning},
                                                          {"error", control::Severity::kError}};

// Errors and warnings on stdout, since they are what was asked for: where they cannot be written, nothing was
// checked as far as the caller knows.
int check(const std::filesystem::path& path) {
  const auto loaded = config::load(path);
  const std::vector<config::Problem>& warnings = loaded ? loaded->warnings : loaded.error().warnings;
  for (const config::Problem& warning : warnings) {
    say(stdout, "{}: warning: {}\n", config::to_string(warning.where), warning.text);
  }
  if (loaded) {
    say(stdout, "{}: {} ports, {} inputs, {} channels, {} warnings\n", path.string(),
        loaded->configuration.ports.size(), loaded->configuration.inputs.size(),
        loaded->configuration.channels.size(), warnings.size());
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0 ? 0 : 1;
  }
  for (const config::Problem& error : loaded.error().errors) say(stdout, "{}\n", error.to_string());
  say(stdout, "{}: {} errors, {} warnings\n", path.string(), loaded.error().errors.size(), warnings.size());
  return 1;
}

ParsedOptions wrong(const std::string& why) {
  say(stderr, "headwaterd: {}\nheadwaterd --help tells what it takes\n", why);
  return {.options = {}, .exit_code = 2};
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  Options options;
  std::string config;
  std::string check_file;
  std::string level;
  std::string socket;
  std::string state;
  bool take_file = false;
  po::options_description description("headwaterd --config FILE [options]: the IPTV multicast headend");
  auto add = description.add_options();
  add("help,h", "this text");
  add("version", "which version this is");
  add("config,c", po::value(&config), "configuration to run, a file or a folder of *.yaml");
  add("take-file", po::bool_switch(&take_file),
      "run the file as it is, whatever revision was confirmed last");
  add("check", po::value(&check_file),
      "print every error and warning of a configuration; exit 1 if there are errors");
  add("log-level", po::value(&level)->default_value("info"), "debug, info, warning or error");
  add("socket", po::value(&socket), "API socket, instead of headend.api_socket");
  add("state-dir", po::value(&state), "state directory, instead of headend.state_directory");
  try {
    po::variables_map values;
    // No plain words: `--check *.yaml` must not check the first and pass over the others.
    const po::positional_options_description none;
    po::store(po::command_line_parser(argc, argv).options(description).positional(none).run(), values);
    po::notify(values);
    if (values.contains("help")) {
      std::cout << description;
      return {.options = {}, .exit_code = 0};
    }
    if (values.contains("version")) {
      say(stdout, "headwaterd {}\n", HEADWATER_VERSION);
      return {.options = {}, .exit_code = 0};
    }
    for (const char* option : {"config", "check", "socket", "state-dir"}) {
      if (values.contains(option) && values[option].as<std::string>().empty())
        return wrong(fmt::format("--{} is empty", option));
    }
    if (values.contains("check") && values.contains("config"))
      return wrong("--check and --config: one of them, --check starts nothing");
    if (values.contains("check")) return {.options = {}, .exit_code = check(check_file)};
  } catch (const po::error& error) {
    return wrong(error.what());
  }
  if (config.empty()) return wrong("--config FILE is missing");
  const auto severity = kLevels.find(level);
  if (severity == kLevels.end())
    return wrong(fmt::format("--log-level {}: debug, info, warning or error", level));
  options.config = config;
  options.take_file = take_file;
  options.log_level = severity->second;
  if (!socket.empty()) options.socket = socket;
  if (!state.empty()) options.state_directory = state;
  return {.options = options, .exit_code = std::nullopt};
}

void apply_overrides(const Options& options, config::Configuration& configuration) {
  if (options.socket) configuration.headend.api_socket = *options.socket;
  if (options.state_directory) configuration.headend.state_directory = *options.state_directory;
}

}  // namespace headwater::daemon
