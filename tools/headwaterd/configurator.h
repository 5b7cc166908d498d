// SPDX-License-Identifier: Apache-2.0
//
// Takes configurations over while on the air: the file's, an earlier revision's; and goes back by itself from
// one that nobody confirms. One at a time, on the API's thread or in the background; what runs is the
// appliance's, which is told of each by its links.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/compare.h"
#include "config/model/configuration.h"
#include "control/api/config_control.h"
#include "control/log/log.h"
#include "psi/base/ticks.h"
#include "tools/headwaterd/first_configuration.h"
#include "tools/headwaterd/revision_keeper.h"

namespace headwater::daemon {

struct ConfiguratorLinks {
  control::Log& log;
  std::mutex& mutex;  // of the appliance: over the log and the keeper
  // Under the mutex.
  const std::shared_ptr<const config::Configuration>& running;
  // Why it cannot be taken over as things stand; empty: it can, as far as is known. Without the mutex.
  std::function<std::vector<config::Problem>(const config::Configuration& next)> objections;
  // All of it, or nothing and why. Without the mutex.
  std::function<std::vector<config::Problem>(config::Configuration next, config::Difference difference)>
      take_over;
  std::function<Instant()> now;
};

class Configurator final : public control::api::ConfigControl {
 public:
  Configurator(ConfiguratorLinks links, ConfigurationSource source, RevisionKeeper keeper);

  control::api::AppliedConfig apply(const control::api::ApplyOrder& order) override;
  control::api::AppliedConfig diff() override;
  control::api::AppliedConfig roll_back(std::optional<std::uint32_t> revision) override;
  std::expected<void, std::string> confirm() override;
  std::vector<control::api::RevisionSnapshot> revisions() override;

  [[nodiscard]] const std::string& file() const { return source_.file; }
  // As RevisionKeeper's.
  [[nodiscard]] std::string starting() { return keeper_.starting(); }
  void failed() { keeper_.failed(); }
  // What was started is on the air; `file`: what it was read from, where that is no revision. Before any
  // other thread runs.
  void started(const std::optional<config::Sources>& file);
  // apply() in the background, for the log to tell. Control thread.
  void reload() { reload_wanted_ = true; }
  // Starts what is due. Control thread, under the mutex.
  void tick(Instant now);
  // Control thread, without the mutex: what runs in the background has ended, and nothing more is begun.
  void end();
  // What an operator has to know, a sentence each. Under the mutex.
  [[nodiscard]] std::vector<std::string> problems(Instant now) const;

 private:
  using Loading = std::expected<config::Loaded, config::Problems>;
  // How it is kept once it is on the air. Under the mutex.
  using Keep =
      std::function<std::optional<std::uint32_t>(const config::Sources&, const std::string& changes)>;

  control::api::AppliedConfig judge(Loading& loaded, const std::string& file);
  control::api::AppliedConfig take(Loading loaded, const std::string& file, const Keep& keep);
  control::api::AppliedConfig lay_by();
  control::api::AppliedConfig roll_back_alone(std::optional<std::uint32_t> revision);
  [[nodiscard]] control::api::AppliedConfig unable(const std::string& why) const;
  void refuse(const control::api::AppliedConfig& answer);
  void tell(control::Severity severity, std::string_view event, const std::vector<config::Problem>& problems);
  void go_back();
  template <typename Work>
  void begin(Work work);

  const ConfiguratorLinks links_;
  const ConfigurationSource source_;
  RevisionKeeper keeper_;  // under the mutex
  std::mutex one_;         // over taking one over
  bool reload_wanted_ = false;
  bool ending_ = false;
  std::future<void> working_;
};

}  // namespace headwater::daemon
