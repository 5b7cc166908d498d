// SPDX-License-Identifier: Apache-2.0
//
// The running headend: ports, worker, conductor, neighbours and the API, put together. start() brings it up,
// run() turns control until told to stop, then leaves the groups and ends in order. One mutex guards
// control's state between the control thread, the API's and that of a reload; the dataplane never takes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/model/configuration.h"
#include "control/api/view.h"
#include "control/conduct/conductor.h"
#include "control/http/router.h"
#include "control/http/server.h"
#include "control/log/log.h"
#include "control/publish/stream_memory.h"
#include "control/store/directory_claim.h"
#include "control/store/store.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/worker/now.h"
#include "tools/headwaterd/configurator.h"
#include "tools/headwaterd/files.h"
#include "tools/headwaterd/first_configuration.h"
#include "tools/headwaterd/neighbours.h"
#include "tools/headwaterd/ports.h"
#include "tools/headwaterd/service_manager.h"
#include "tools/headwaterd/timekeeper.h"
#include "tools/headwaterd/view.h"
#include "tools/headwaterd/watch.h"
#include "tools/headwaterd/workers.h"

namespace headwater::daemon {

class Appliance {
 public:
  // Errors are for the operator, one a line.
  static std::expected<std::unique_ptr<Appliance>, std::string> start(FirstConfiguration first,
                                                                      ConfigurationSource source,
                                                                      control::Log& log);
  ~Appliance();
  Appliance(const Appliance&) = delete;
  Appliance& operator=(const Appliance&) = delete;

  // `wait` passes a turn's time (2 ms) and says whether to go on; a turn's own work is bounded.
  void run(const std::function<bool()>& wait);

  // Takes over what the configuration's file says now, in the background. Control thread.
  void reload() { configurator_.reload(); }

 private:
  Appliance(FirstConfiguration first, ConfigurationSource source, control::Log& log);
  std::expected<void, std::string> open_store();
  std::expected<void, std::string> open_api();
  void open_streams();
  void bind(const dataplane::Plan& plan);
  std::expected<void, std::string> begin();
  std::expected<void, std::string> come_on_air();
  void turn(Instant now);
  [[nodiscard]] std::vector<config::Problem> objections(const config::Configuration& next);
  [[nodiscard]] std::vector<config::Problem> take_over(config::Configuration next,
                                                       config::Difference difference);
  void report_file(const std::string& input, const std::string& reason);
  void watch(Instant now);
  void report_input(const InputChange& change);
  void leave();

  // In the order in which they are made; they end the other way round.
  std::shared_ptr<const config::Configuration> configuration_;  // that runs
  control::Log& log_;
  dataplane::WorkerClock clock_;
  dataplane::channel::CounterBlocks counters_;
  Workers workers_;
  Timekeeper time_;
  std::mutex mutex_;
  std::optional<config::Sources> first_sources_;  // what was started from a file, until it is kept
  Configurator configurator_;
  std::optional<control::DirectoryClaim> claim_;
  std::unique_ptr<control::Store> store_;
  std::unique_ptr<control::StreamMemory> streams_;
  std::unique_ptr<Ports> ports_;
  std::unique_ptr<Neighbours> neighbours_;
  std::unique_ptr<control::Conductor> conductor_;
  std::unique_ptr<Files> files_;
  std::unique_ptr<Watch> watch_;
  std::unique_ptr<View> view_;
  control::http::Router router_;
  std::unique_ptr<control::http::Server> server_;
  ServiceManager manager_;
  std::atomic<bool> ending_ = false;
};

}  // namespace headwater::daemon
