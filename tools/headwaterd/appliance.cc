// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/appliance.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <string_view>
#include <thread>
#include <utility>

#include "control/api/routes.h"
#include "tools/headwaterd/reload.h"

namespace headwater::daemon {
namespace {

// Half a million a second, each cheap: a storm of ARP or IGMP above that is dropped and counted where it
// enters the ring, and control goes on stepping and answering.
constexpr std::size_t kRecordsATurn = 1024;
constexpr auto kPause = std::chrono::milliseconds(2);
// RFC 3376 8.11: the second report of a change follows within a second.
constexpr Ticks27 kLeavePatience = Ticks27::milliseconds(1500);

// A lineup grows while it runs, and two stand side by side for a moment where one replaces the other.
constexpr std::size_t kLeastInputs = 4096;
constexpr std::size_t kLeastOutputs = 8192;
constexpr std::size_t kLineups = 2;

std::size_t outputs_of(const config::Configuration& configuration) {
  std::size_t outputs = 0;
  for (const config::Channel& channel : configuration.channels) outputs += channel.outputs.size();
  return outputs;
}

std::string joined(const std::vector<config::Problem>& problems) {
  std::string text;
  for (const config::Problem& problem : problems) text += (text.empty() ? "" : "\n") + problem.to_string();
  return text;
}

}  // namespace

std::expected<std::unique_ptr<Appliance>, std::string> Appliance::start(FirstConfiguration first,
                                                                        ConfigurationSource source,
                                                                        control::Log& log) {
  std::unique_ptr<Appliance> appliance(new Appliance(std::move(first), std::move(source), log));
  if (auto begun = appliance->begin(); !begun) return std::unexpected(begun.error());
  return appliance;
}

Appliance::Appliance(FirstConfiguration first, ConfigurationSource source, control::Log& log)
    : configuration_(std::make_shared<const config::Configuration>(std::move(first.loaded.configuration))),
      log_(log),
      counters_(configuration_->ports.size(),
                std::max(kLeastInputs, kLineups * configuration_->inputs.size()),
                std::max(kLeastOutputs, kLineups * outputs_of(*configuration_)),
                configuration_->headend.workers.size()),
      workers_(configuration_->headend.workers),
      time_(clock_, dataplane::SystemClocks::real(), log),
      configurator_({.log = log,
                     .mutex = mutex_,
                     .running = configuration_,
                     .objections = [this](const auto& next) { return objections(next); },
                     .take_over =
                         [this](config::Configuration next, config::Difference difference) {
                           return take_over(std::move(next), std::move(difference));
                         },
                     .now = [this] { return clock_.now(); }},
                    std::move(source),
                    RevisionKeeper(std::move(first.revisions), first.revision, std::move(first.trouble))) {
  if (!first.revision) first_sources_ = std::move(first.loaded.sources);
}

Appliance::~Appliance() {
  if (server_) server_->stop();
  workers_.stop();
  if (files_) files_->stop();
  workers_.end();
}

std::expected<void, std::string> Appliance::open_store() {
  auto claim = control::DirectoryClaim::take(configuration_->headend.state_directory);
  if (!claim) return std::unexpected(claim.error().text);
  claim_ = std::move(*claim);
  auto store = control::Store::open(configuration_->headend.state_directory);
  if (!store) return std::unexpected(store.error().text);
  store_ = std::make_unique<control::Store>(std::move(*store));
  return {};
}

void Appliance::open_streams() {
  // A channel that was on the air has versions of its tables.
  streams_ =
      std::make_unique<control::StreamMemory>("/dev/shm", configuration_->headend.state_directory,
                                              counters_.max_outputs(), !store_->list("version").empty());
  const control::StreamMemory::Start& start = streams_->start();
  if (!start.trouble.empty())
    log_.event(control::Severity::kWarning, "streams.trouble", {{"reason", start.trouble}});
  if (start.before == control::StreamMemory::Before::kKept)
    log_.event(control::Severity::kInfo, "streams.kept", {{"streams", start.streams}});
  if (start.before == control::StreamMemory::Before::kLost)
    log_.event(control::Severity::kInfo, "streams.lost",
               {{"reason", "nothing says what was sent last: each stream begins with a discontinuity"}});
}

void Appliance::bind(const dataplane::Plan& plan) {
  files_->bind(plan, clock_.now());
  if (const std::string trouble = streams_->bind(plan); !trouble.empty())
    log_.event(control::Severity::kWarning, "streams.trouble", {{"reason", trouble}});
}

std::expected<void, std::string> Appliance::begin() {
  time_.start();
  if (auto opened = open_store(); !opened) return opened;
  const std::string revision = configurator_.starting();
  auto on_air = come_on_air();
  if (on_air) return on_air;
  configurator_.failed();
  if (!revision.empty()) on_air.error() += "\nheadwaterd: " + revision;
  return on_air;
}

std::expected<void, std::string> Appliance::come_on_air() {
  open_streams();
  auto ports = Ports::open(*configuration_, counters_, log_);
  if (!ports) return std::unexpected(ports.error());
  ports_ = std::move(*ports);

  const Instant now = clock_.now();
  const std::vector<control::PortFact> facts = ports_->facts(*configuration_);
  std::random_device random;
  neighbours_ = std::make_unique<Neighbours>(*configuration_, facts, workers_.inject(), random());
  files_ = std::make_unique<Files>(counters_.max_inputs());
  workers_.make(
      counters_, [this](std::size_t worker) { return std::span(ports_->for_worker(worker)); },
      files_->rings(), streams_->records());
  conductor_ = std::make_unique<control::Conductor>(control::ConductorLinks{
      .store = *store_,
      .log = log_,
      .plans = workers_.plans(),
      .make_step = [this](auto worker, const auto& before,
                          const auto& plan) { return workers_.step(worker, before, plan); },
      .counters = counters_,
      .random = [device = std::make_shared<std::random_device>()] { return (*device)(); },
      .before_publish = [this](const dataplane::Plan& plan) { bind(plan); },
      .nodes = workers_.nodes()});
  control::FileFacts files = files_->stage(*configuration_, Files::open(files_->missing(*configuration_)));
  const std::vector<config::Problem> problems =
      conductor_->apply(configuration_, facts, now, std::move(files));
  if (!problems.empty()) return std::unexpected(joined(problems));
  files_->keep();
  conductor_->step(now);
  watch_ = std::make_unique<Watch>(*ports_, *neighbours_, counters_);
  view_ = std::make_unique<View>(ViewLinks{.configuration = configuration_,
                                           .mutex = mutex_,
                                           .conductor = *conductor_,
                                           .counters = counters_,
                                           .watch = *watch_,
                                           .neighbours = *neighbours_,
                                           .file_failures = files_->failures(),
                                           .started = now,
                                           .now = [this] { return clock_.now(); },
                                           .time = time_,
                                           .configurator = &configurator_,
                                           .file = configurator_.file()});
  if (auto opened = open_api(); !opened) return opened;

  const auto polling = configuration_->headend.poll == config::Headend::Poll::kBusy
                           ? dataplane::Polling::kBusy
                           : dataplane::Polling::kAdaptive;
  const auto register_thread = [this] {
    // Ends with the thread, on it, as DPDK asks.
    static thread_local auto registration = dataplane::dpdk::ThreadRegistration::make();
    if (!registration) {
      log_.event(control::Severity::kWarning, "worker.registration", {{"reason", registration.error()}});
    }
  };
  time_.release();
  if (auto started = workers_.start(clock_, polling, register_thread); !started)
    return std::unexpected(started.error());
  files_->start([this] { return clock_.now(); });
  neighbours_->take_over(*configuration_, now);
  log_.event(control::Severity::kInfo, "started",
             {{"headend", configuration_->headend.name},
              {"channels", configuration_->channels.size()},
              {"inputs", configuration_->inputs.size()},
              {"ports", configuration_->ports.size()},
              {"api", configuration_->headend.api_socket}});
  for (const std::string& problem : configurator_.problems(now))
    log_.event(control::Severity::kWarning, "config.differs", {{"reason", problem}});
  configurator_.started(std::exchange(first_sources_, std::nullopt));
  server_->start();
  return {};
}

std::expected<void, std::string> Appliance::open_api() {
  control::api::add_routes(router_, *view_);
  control::api::add_config_routes(router_, configurator_);
  server_ = std::make_unique<control::http::Server>(router_);
  return server_->listen_unix(configuration_->headend.api_socket);
}

void Appliance::run(const std::function<bool()>& wait) {
  {
    const std::lock_guard lock(mutex_);
    manager_.ready(fmt::format("headend {}, {} channels", configuration_->headend.name,
                               configuration_->channels.size()));
  }
  while (wait()) turn(clock_.now());
  leave();
}

void Appliance::turn(Instant now) {
  const std::lock_guard lock(mutex_);
  time_.tick();
  workers_.drain(kRecordsATurn, [&](const dataplane::channel::PuntRing::Record& record) {
    if (record.header.kind == dataplane::channel::PuntHeader::Kind::kFrame) {
      neighbours_->handle_frame(record.header.slot, now, record.bytes);
    } else {
      conductor_->on_punt(record.header, record.bytes);
    }
  });
  conductor_->step(now);
  files_->settle(conductor_->in_use());
  for (const std::string& input : files_->watch()) report_file(input, files_->failures().at(input));
  watch(now);
  neighbours_->tick(now);
  log_.tick(now);
  manager_.tick(now, watch_->workers_turn());
  configurator_.tick(now);
}

std::vector<config::Problem> Appliance::objections(const config::Configuration& next) {
  std::vector<config::Problem> problems;
  {
    const std::lock_guard lock(mutex_);
    problems = needs_restart(*configuration_, next);
  }
  const auto limit = [&](std::string_view what, std::size_t wanted, std::size_t most) {
    if (wanted <= most) return;
    problems.push_back(
        {next.headend.where, fmt::format("{} {}, and there is room for {}, taken at start: `hwctl "
                                         "config apply --at-next-start`, then restart headwaterd",
                                         wanted, what, most)});
  };
  limit("inputs", next.inputs.size(), counters_.max_inputs());
  limit("outputs", outputs_of(next), counters_.max_outputs());
  return problems;
}

std::vector<config::Problem> Appliance::take_over(config::Configuration next, config::Difference difference) {
  std::vector<Files::Wanted> missing;
  {
    const std::lock_guard lock(mutex_);
    missing = files_->missing(next);
  }
  const bool neighbours_differ = !difference.ports.none() || !difference.inputs.none();
  const auto configuration = std::make_shared<const config::Configuration>(std::move(next));
  std::vector<Files::Opened> opened = Files::open(missing, &ending_);
  // It would leave the files out that were not read to their end.
  if (ending_) return {{configuration->headend.where, "headwaterd ends: the change is not taken over"}};

  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  control::FileFacts files = files_->stage(*configuration, std::move(opened));
  // Also where an exception leaves: what was staged for another configuration must not play with this one.
  const auto drop = [](Files* staged) { staged->drop(); };
  const std::unique_ptr<Files, decltype(drop)> unless_kept(&*files_, drop);
  auto problems = conductor_->apply(configuration, ports_->facts(*configuration), now, std::move(files),
                                    std::move(difference));
  if (!problems.empty()) return problems;
  // It is on the air: what is thrown from here on (no memory) must end the process, not call it refused.
  const auto settle = [&]() noexcept {
    files_->keep();
    configuration_ = configuration;
    if (neighbours_differ) neighbours_->take_over(*configuration_, now);
  };
  settle();
  return {};
}

void Appliance::report_file(const std::string& input, const std::string& reason) {
  log_.event(control::Severity::kError, "input.file", {{"input", input}, {"reason", reason}});
}

void Appliance::watch(Instant now) {
  const Watch::Changes changes = watch_->tick(now);
  for (const WorkerChange& change : changes.workers) {
    const unsigned core = workers_.core(change.worker);
    if (change.stopped) {
      log_.event(control::Severity::kError, "worker.silent",
                 {{"core", core}, {"reason", "it has not turned for over 1 s"}});
    }
    if (change.stall_ms > 0)
      log_.event(control::Severity::kError, "worker.stalled", {{"core", core}, {"ms", change.stall_ms}});
  }
  for (const LinkChange& change : changes.links) {
    const std::string& id = configuration_->ports[change.port].id;
    if (change.up) {
      if (change.trouble.empty()) {
        log_.event(control::Severity::kInfo, "port.up", {{"port", id}});
      } else {
        log_.event(control::Severity::kWarning, "port.trouble", {{"port", id}, {"reason", change.trouble}});
      }
      if (change.came_up) neighbours_->link_up(change.port, now);
    } else {
      log_.event(control::Severity::kWarning, "port.down", {{"port", id}, {"reason", change.trouble}});
    }
  }
  for (const InputChange& change : changes.inputs) report_input(change);
}

void Appliance::report_input(const InputChange& change) {
  const auto& part = conductor_->plan()->inputs.at(change.slot.index);
  const std::string input = part != nullptr ? part->id : fmt::format("slot {}", change.slot.index);
  if (change.errors.empty()) {
    log_.event(control::Severity::kInfo, "input.clean", {{"input", input}});
  } else {
    log_.event(control::Severity::kWarning, "input.errors", {{"input", input}, {"errors", change.errors}});
  }
}

void Appliance::leave() {
  log_.event(control::Severity::kInfo, "stopping");
  manager_.stopping();
  ending_ = true;
  server_->stop();
  configurator_.end();
  const Instant begin = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    neighbours_->leave_all(begin);
  }
  // The workers still run: they send what is injected, and the boxes keep their pictures until the end.
  for (Instant now = begin; now - begin < kLeavePatience; now = clock_.now()) {
    turn(now);
    if (neighbours_->settled()) break;
    std::this_thread::sleep_for(kPause);
  }
  std::this_thread::sleep_for(5 * kPause);
  workers_.stop();
  log_.event(control::Severity::kInfo, "stopped");
}

}  // namespace headwater::daemon
