// SPDX-License-Identifier: Apache-2.0
//
// The appliance as an operator has it, for a test: the real headwaterd between the lab's two networks, hwgen
// as the encoders, hwctl to look at it. Its state directory outlives a daemon, so that a second one can start
// on it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/folder.h"
#include "tests/support/process.h"
#include "tests/support/program_generator.h"
#include "tests/system/lab.h"

namespace headwater::test {

// Runs hwctl on a socket. The answer of a command that succeeded.
std::optional<nlohmann::json> hwctl(const std::string& socket, std::vector<std::string> words);

// Looks until `seen` or the time is over.
bool wait_until(const std::function<bool()>& seen, std::chrono::seconds longest);

// `seconds` of one service at constant rate, video of 1.5 Mb/s in 2 Mb/s.
[[nodiscard]] std::vector<TimedPacket> service(std::uint16_t number, std::int64_t seconds);

// Channel "first": 239.1.1.1 by RTP from anybody, to rtp://239.2.1.1:5000, its PIDs allocated. Channel
// "second": 232.1.1.2 by UDP from 10.1.0.5 alone, to udp://239.2.1.2:5000, its PIDs kept.
inline constexpr std::string_view kTwoChannels = R"(inputs:
  first-in: { source: "rtp://239.1.1.1:5000", port: west }
  second-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5 }
channels:
  - name: First
    number: 1
    inputs: [first-in]
    pids: { mode: allocate }
    outputs: [{ to: "rtp://239.2.1.1:5000", port: east }]
  - name: Second
    number: 2
    inputs: [second-in]
    outputs: [{ to: "udp://239.2.1.2:5000", port: east }]
)";

// The configuration's `headend`, and how it runs. Ordinary memory where huge pages are not what is tested:
// they are the machine's, and other tests' too.
struct RigOptions {
  bool huge_pages = false;
  std::vector<unsigned> cores = {};  // none: the first that there is
  std::string memory = "96M";
  std::string poll = "adaptive";
  int niceness = 0;  // the daemon's
};

class HeadendRig {
 public:
  // `lineup`: the configuration's inputs and channels; its ports are west and east.
  explicit HeadendRig(const Lab& lab, std::string_view lineup = kTwoChannels, RigOptions options = {});

  // Writes the configuration's file anew; the daemon has to be told. `ports` replaces west and east.
  void configure(std::string_view lineup, std::string_view ports = {}) const;
  Process& start_daemon();
  // `hwgen play` on the source, until it or the rig ends.
  Process& play(std::vector<std::string> words, const std::string& from = "10.1.0.5");
  void play_two_channels();  // 20 s each, in a loop
  [[nodiscard]] bool wait_on_air(std::size_t channels = 2);
  // Ends the daemon by a signal; its exit status.
  std::optional<int> end_daemon(int signal);

  [[nodiscard]] std::optional<nlohmann::json> ask(const std::vector<std::string>& words) const;
  // Output PIDs by input PID, of a channel on air.
  [[nodiscard]] std::map<std::uint16_t, std::uint16_t> pids_of(const std::string& channel) const;
  [[nodiscard]] const Folder& folder() const { return folder_; }
  [[nodiscard]] std::string socket() const { return folder_.at("api.sock"); }
  [[nodiscard]] std::string log() const { return daemon_ ? daemon_->errors() : ""; }
  [[nodiscard]] Process& daemon() { return *daemon_; }
  // It was started, and nobody has ended it.
  [[nodiscard]] bool daemon_is_to_run() const { return daemon_is_to_run_; }

 private:
  const Lab& lab_;
  Folder folder_;
  RigOptions options_;
  std::unique_ptr<Process> daemon_;
  bool daemon_is_to_run_ = false;
  std::vector<std::unique_ptr<Process>> encoders_;
};

}  // namespace headwater::test
