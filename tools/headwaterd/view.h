// SPDX-License-Identifier: Apache-2.0
//
// The appliance as the API shows it: copies of the conductor's, the neighbours' and the counters' state,
// taken under the appliance's mutex. Called on the HTTP thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/api/ledger.h"
#include "control/api/view.h"
#include "control/conduct/conductor.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/plan/plan.h"
#include "tools/headwaterd/configurator.h"
#include "tools/headwaterd/neighbours.h"
#include "tools/headwaterd/timekeeper.h"
#include "tools/headwaterd/watch.h"

namespace headwater::daemon {

// All of it outlives the view.
struct ViewLinks {
  const std::shared_ptr<const config::Configuration>& configuration;  // that runs; under the mutex
  std::mutex& mutex;
  const control::Conductor& conductor;
  const dataplane::channel::CounterBlocks& counters;
  const Watch& watch;
  const Neighbours& neighbours;
  const std::map<std::string, std::string>& file_failures;  // by input id
  Instant started;
  std::function<Instant()> now;
  const Timekeeper& time;
  std::function<control::api::SettleTime()> settle_time = control::api::SettleTime::real;
  const Configurator* configurator = nullptr;  // nullptr: nothing of it is shown
  std::string file{};                          // of the configuration
};

class View final : public control::api::ApplianceView {
 public:
  explicit View(const ViewLinks& links) : links_(links) {}

  std::string version() override;
  control::api::StatusSnapshot status() override;
  control::api::TimeSnapshot time() override;
  std::vector<control::api::ChannelSnapshot> channels() override;
  std::vector<control::api::InputSnapshot> inputs() override;
  std::vector<control::api::PortSnapshot> ports() override;
  std::optional<control::api::ChannelSnapshot> channel(const std::string& id) override;
  std::optional<control::api::InputSnapshot> input(const std::string& id) override;
  std::optional<control::api::PortSnapshot> port(const std::string& id) override;
  control::api::Names names() override;
  std::vector<control::api::LedgerEntry> ledger() override;
  std::vector<control::api::LedgerEntry> ledger(const std::string& name) override;
  config::Problems check_config(const std::string& file, std::string_view text) override;
  control::api::RunningConfig running_config(bool with_defaults) override;

 private:
  // What a call looks up many times over, taken once.
  struct Moment {
    Instant now;
    std::shared_ptr<const dataplane::Plan> plan;
    std::map<std::string, dataplane::InputSlot, std::less<>> input_slots;  // by input id
  };
  using Wanted = std::function<bool(control::api::LedgerKind kind, const std::string& name)>;
  [[nodiscard]] std::vector<control::api::LedgerSource> ledger_sources(const Wanted& wanted) const;
  enum class Part : std::uint8_t { kSummary, kWhole };

  // The mutex is held.
  [[nodiscard]] Moment moment(const std::vector<control::InputStatus>& inputs) const;
  [[nodiscard]] control::api::InputSnapshot show(const control::InputStatus& status,
                                                 const Moment& moment) const;
  [[nodiscard]] control::api::ChannelSnapshot show(const control::ChannelStatus& status, const Moment& moment,
                                                   Part part) const;
  [[nodiscard]] std::optional<dataplane::WorkerIndex> stuck_worker(const control::ChannelStatus& status,
                                                                   const Moment& moment) const;
  [[nodiscard]] control::api::OutputSnapshot show(const config::Output& configured,
                                                  const control::CompiledOutput& compiled,
                                                  const Moment& moment) const;
  [[nodiscard]] control::api::PortSnapshot show_port(std::size_t index) const;
  // Adds what is not in order with it.
  void judge_workers(control::api::StatusSnapshot& status, Instant now) const;
  void judge_port(control::api::StatusSnapshot& status, std::size_t index, Instant now) const;

  const ViewLinks links_;
};

}  // namespace headwater::daemon
