// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/appliance.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>

#include "control/api/routes.h"
#include "dataplane/worker/now.h"
#include "tools/headwaterd/drain.h"
#include "tools/headwaterd/parts.h"

namespace headwater::daemon {
namespace {

constexpr std::size_t kRingBytes = 1 << 20;
// Half a million a second, each cheap: a storm of ARP or IGMP above that is dropped and counted where it
// enters the ring, and control goes on stepping and answering.
constexpr std::size_t kRecordsATurn = 1024;
constexpr auto kPause = std::chrono::milliseconds(2);
// RFC 3376 8.11: the second report of a change follows within a second.
constexpr Ticks27 kLeavePatience = Ticks27::milliseconds(1500);

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

std::expected<std::unique_ptr<Appliance>, std::string> Appliance::start(
    std::shared_ptr<const config::Configuration> configuration, control::Log& log) {
  std::unique_ptr<Appliance> appliance(new Appliance(std::move(configuration), log));
  if (auto begun = appliance->begin(); !begun) return std::unexpected(begun.error());
  return appliance;
}

Appliance::Appliance(std::shared_ptr<const config::Configuration> configuration, control::Log& log)
    : configuration_(std::move(configuration)),
      log_(log),
      counters_(configuration_->ports.size(), configuration_->inputs.size(), outputs_of(*configuration_)),
      punt_(kRingBytes),
      inject_(kRingBytes) {}

Appliance::~Appliance() {
  if (server_) server_->stop();
  thread_.reset();
  if (files_) files_->stop();
  worker_.reset();
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

std::expected<void, std::string> Appliance::begin() {
  if (auto opened = open_store(); !opened) return opened;
  auto ports = Ports::open(*configuration_, counters_, log_);
  if (!ports) return std::unexpected(ports.error());
  ports_ = std::move(*ports);

  const Instant now = dataplane::monotonic_now();
  const std::vector<control::PortFact> facts = ports_->facts(*configuration_);
  std::random_device random;
  neighbours_ = std::make_unique<Neighbours>(*configuration_, facts, inject_, random());
  conductor_ = std::make_unique<control::Conductor>(control::ConductorLinks{
      .store = *store_,
      .log = log_,
      .plan = plan_,
      .counters = counters_,
      .random = [device = std::make_shared<std::random_device>()] { return (*device)(); }});
  const std::vector<config::Problem> problems = conductor_->apply(configuration_, facts, now);
  if (!problems.empty()) return std::unexpected(joined(problems));
  conductor_->step(now);

  files_ = std::make_unique<Files>(*configuration_, *conductor_->plan(), counters_.max_inputs(), now);
  for (const auto& [input, reason] : files_->failures()) report_file(input, reason);
  worker_ = std::make_unique<dataplane::Worker>(dataplane::WorkerLinks{.plan = plan_,
                                                                       .punt = punt_,
                                                                       .inject = inject_,
                                                                       .counters = counters_,
                                                                       .ports = ports_->for_worker(),
                                                                       .feeds = files_->rings()});
  watch_ = std::make_unique<Watch>(*ports_, *neighbours_, counters_);
  view_ = std::make_unique<View>(ViewLinks{.configuration = configuration_,
                                           .mutex = mutex_,
                                           .conductor = *conductor_,
                                           .counters = counters_,
                                           .watch = *watch_,
                                           .neighbours = *neighbours_,
                                           .file_failures = files_->failures(),
                                           .started = now,
                                           .now = dataplane::monotonic_now});
  if (auto opened = open_api(); !opened) return opened;

  const auto polling = configuration_->headend.poll == config::Headend::Poll::kBusy
                           ? dataplane::Polling::kBusy
                           : dataplane::Polling::kAdaptive;
  auto thread = dataplane::WorkerThread::start(
      *worker_, {.core = configuration_->headend.workers.front(), .polling = polling, .on_start = [this] {
                   // Ends with the thread, on it, as DPDK asks.
                   static thread_local auto registration = dataplane::dpdk::ThreadRegistration::make();
                   if (!registration) {
                     log_.event(control::Severity::kWarning, "worker.registration",
                                {{"reason", registration.error()}});
                   }
                 }});
  if (!thread) return std::unexpected(thread.error());
  thread_ = std::move(*thread);
  files_->start();
  neighbours_->join(*configuration_, now);
  server_->start();
  log_.event(control::Severity::kInfo, "started",
             {{"headend", configuration_->headend.name},
              {"channels", configuration_->channels.size()},
              {"inputs", configuration_->inputs.size()},
              {"ports", configuration_->ports.size()},
              {"api", configuration_->headend.api_socket}});
  return {};
}

std::expected<void, std::string> Appliance::open_api() {
  control::api::add_routes(router_, *view_);
  server_ = std::make_unique<control::http::Server>(router_);
  return server_->listen_unix(configuration_->headend.api_socket);
}

void Appliance::run(const std::function<bool()>& wait) {
  while (wait()) turn(dataplane::monotonic_now());
  leave();
}

void Appliance::turn(Instant now) {
  const std::lock_guard lock(mutex_);
  drain(punt_, kRecordsATurn, [&](const dataplane::channel::PuntRing::Record& record) {
    if (record.header.kind == dataplane::channel::PuntHeader::Kind::kFrame) {
      neighbours_->handle_frame(record.header.slot, now, record.bytes);
    } else {
      conductor_->on_punt(record.header, record.bytes);
    }
  });
  conductor_->step(now);
  for (const std::string& input : files_->watch()) report_file(input, files_->failures().at(input));
  watch(now);
  neighbours_->tick(now);
  log_.tick(now);
}

void Appliance::report_file(const std::string& input, const std::string& reason) {
  log_.event(control::Severity::kError, "input.file", {{"input", input}, {"reason", reason}});
}

void Appliance::watch(Instant now) {
  const Watch::Changes changes = watch_->tick(now);
  if (changes.stall_ms > 0) {
    log_.event(control::Severity::kError, "worker.stalled",
               {{"core", configuration_->headend.workers.front()}, {"ms", changes.stall_ms}});
  }
  for (const LinkChange& change : changes.links) {
    const std::string& id = configuration_->ports[change.port].id;
    if (change.up) {
      if (change.trouble.empty()) {
        log_.event(control::Severity::kInfo, "port.up", {{"port", id}});
      } else {
        log_.event(control::Severity::kWarning, "port.up", {{"port", id}, {"reason", change.trouble}});
      }
      neighbours_->link_up(change.port, now);
    } else {
      log_.event(control::Severity::kWarning, "port.down", {{"port", id}, {"reason", change.trouble}});
    }
  }
  for (const InputChange& change : changes.inputs) report_input(change);
}

void Appliance::report_input(const InputChange& change) {
  const auto* part = part_at(conductor_->plan()->inputs, change.slot);
  const std::string input = part != nullptr ? part->id : fmt::format("slot {}", change.slot.index);
  if (change.trouble.empty()) {
    log_.event(control::Severity::kInfo, "input.clean", {{"input", input}});
  } else {
    log_.event(control::Severity::kWarning, "input.errors", {{"input", input}, {"reason", change.trouble}});
  }
}

void Appliance::leave() {
  log_.event(control::Severity::kInfo, "stopping");
  server_->stop();
  const Instant begin = dataplane::monotonic_now();
  {
    const std::lock_guard lock(mutex_);
    neighbours_->leave_all(begin);
  }
  // The worker still runs: it sends what is injected, and the boxes keep their pictures until the end.
  for (Instant now = begin; now - begin < kLeavePatience; now = dataplane::monotonic_now()) {
    turn(now);
    if (neighbours_->settled()) break;
    std::this_thread::sleep_for(kPause);
  }
  std::this_thread::sleep_for(5 * kPause);
  thread_->stop();
  log_.event(control::Severity::kInfo, "stopped");
}

}  // namespace headwater::daemon
