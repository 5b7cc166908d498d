// SPDX-License-Identifier: Apache-2.0
//
// headwaterd: the appliance. Loads the configuration, starts the appliance, runs until SIGTERM or SIGINT.
#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

#include "config/yaml/yaml.h"
#include "control/log/log.h"
#include "tools/headwaterd/appliance.h"
#include "tools/headwaterd/first_configuration.h"
#include "tools/headwaterd/options.h"
#include "tools/headwaterd/say.h"

namespace {

using headwater::control::Log;
using headwater::control::Severity;

// Blocked in all threads from the start; the control thread takes them, and paces itself by waiting for them.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

// One turn's time. False: told to end.
bool wait_turn(const sigset_t& signals, headwater::daemon::Appliance& appliance) {
  const timespec turn{.tv_sec = 0, .tv_nsec = 2'000'000};
  const int signal = sigtimedwait(&signals, nullptr, &turn);
  if (signal == SIGHUP) appliance.reload();
  return signal != SIGTERM && signal != SIGINT;
}

}  // namespace

int main(int argc, char** argv) {
  const sigset_t signals = block_signals();
  auto parsed = headwater::daemon::parse_options(argc, argv);
  if (parsed.exit_code) return *parsed.exit_code;

  const headwater::daemon::Options options = std::move(parsed.options);
  const auto overridden = [&options](auto loaded) {
    if (loaded) headwater::daemon::apply_overrides(options, loaded->configuration);
    return loaded;
  };
  const headwater::daemon::ConfigurationSource source{
      .file = options.config.string(),
      .load = [&] { return overridden(headwater::config::load(options.config)); },
      .load_kept = [&](const auto& kept) { return overridden(headwater::config::load(kept)); }};
  auto first = headwater::daemon::first_configuration(source, options.state_directory, options.take_file);
  if (!first) {
    headwater::daemon::say(stderr, "{}\n", first.error());
    return 1;
  }
  Log log = Log::to_stderr(options.log_level);
  for (const auto& problem : first->loaded.warnings)
    log.event(Severity::kWarning, "config", {{"reason", problem.to_string()}});

  auto appliance = headwater::daemon::Appliance::start(std::move(*first), source, log);
  if (!appliance) {
    headwater::daemon::say(stderr, "headwaterd: {}\n", appliance.error());
    return 1;
  }
  (*appliance)->run([&] { return wait_turn(signals, **appliance); });
  return 0;
}
