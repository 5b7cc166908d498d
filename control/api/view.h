// SPDX-License-Identifier: Apache-2.0
//
// The appliance as the API sees it. Implemented by the program where all rooms meet; called on the HTTP
// thread, so implementations synchronise, answer from what they have at hand and never wait for a worker.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/location.h"
#include "control/api/snapshot.h"

namespace headwater::control::api {

// Every id there is, for advice to who mistyped one.
struct Names {
  std::vector<std::string> channels, inputs, outputs, ports;
};

// The configuration that runs, whatever has become of its file.
struct RunningConfig {
  std::string file;  // it came from
  std::string text;  // YAML, behind each value the place where it stood
};

class ApplianceView {
 public:
  virtual ~ApplianceView() = default;

  virtual std::string version() = 0;
  virtual StatusSnapshot status() = 0;
  virtual TimeSnapshot time() = 0;
  // Each in the order of the configuration; of the channels without their PIDs.
  virtual std::vector<ChannelSnapshot> channels() = 0;
  virtual std::vector<InputSnapshot> inputs() = 0;
  virtual std::vector<PortSnapshot> ports() = 0;
  // The one of that id, whole; nullopt: there is none.
  virtual std::optional<ChannelSnapshot> channel(const std::string& id) = 0;
  virtual std::optional<InputSnapshot> input(const std::string& id) = 0;
  virtual std::optional<PortSnapshot> port(const std::string& id) = 0;
  virtual Names names() = 0;
  // Inputs, then outputs, then ports. Counters run on while they are read: entries that do not balance are
  // read again for a while before they are called unbalanced (control/api/ledger.h).
  virtual std::vector<LedgerEntry> ledger() = 0;
  // Only those of the input, output or port of that name; of a channel, those of its input and outputs.
  virtual std::vector<LedgerEntry> ledger(const std::string& name) = 0;
  // Judges a configuration without running it. `file` is the name for the messages' locations.
  virtual config::Problems check_config(const std::string& file, std::string_view text) = 0;
  // `with_defaults`: also what no file says.
  virtual RunningConfig running_config(bool with_defaults) = 0;
};

}  // namespace headwater::control::api
