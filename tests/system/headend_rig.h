// SPDX-License-Identifier: Apache-2.0
//
// The appliance as an operator has it, for a test: the real headwaterd between the lab's two networks, hwgen
// as the encoders, hwctl to look at it. Its state directory outlives a daemon, so that a second one can start
// on it.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tests/system/lab.h"
#include "tests/system/process.h"

namespace headwater::test {

// A folder of its own, gone with the test.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string write(const std::string& name, const std::string& text) const;  // its path
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Runs hwctl on a socket. The answer of a command that succeeded.
std::optional<nlohmann::json> hwctl(const std::string& socket, std::vector<std::string> words);

// Looks until `seen` or the time is over.
bool wait_until(const std::function<bool()>& seen, std::chrono::seconds longest);

// Channel "first": 239.1.1.1 by RTP from anybody, to rtp://239.2.1.1:5000. Channel "second": 232.1.1.2 by UDP
// from 10.1.0.5 alone, to udp://239.2.1.2:5000.
class HeadendRig {
 public:
  explicit HeadendRig(const Lab& lab);

  Process& start_daemon();
  void play();  // both inputs, until the rig ends
  [[nodiscard]] bool wait_on_air();
  // Ends the daemon by a signal; its exit status.
  std::optional<int> end_daemon(int signal);

  [[nodiscard]] std::optional<nlohmann::json> ask(const std::vector<std::string>& words) const;
  [[nodiscard]] std::string socket() const { return folder_.at("api.sock"); }
  [[nodiscard]] std::string log() const { return daemon_ ? daemon_->errors() : ""; }
  [[nodiscard]] Process& daemon() { return *daemon_; }

 private:
  const Lab& lab_;
  Folder folder_;
  std::string configuration_;
  std::unique_ptr<Process> daemon_, encoders_;
};

}  // namespace headwater::test
