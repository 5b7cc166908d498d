// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lineup_bench.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <utility>

#include "config/model/compare.h"
#include "control/conduct/conductor.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/step.h"
#include "dataplane/worker/worker.h"
#include "psi/dvbpsi/encode.h"
#include "tests/unit/control_lineup/programs.h"

namespace headwater::bench {
namespace {

using control::Conductor;
namespace programs = control::programs;

config::Configuration make_lineup(std::uint32_t channels, char kind) {
  config::Configuration configuration;
  config::Port& port = configuration.ports.emplace_back();
  port.id = "p";
  port.addresses.emplace_back().address = "10.0.0.1";
  for (std::uint32_t i = 0; i < channels; ++i) {
    const std::string place = fmt::format("{}.{}", i / 250, i % 250 + 1);
    config::Input& input = configuration.inputs.emplace_back();
    input.id = fmt::format("in-{}-{}", kind, i);
    input.port = "p";
    input.group = "232.1." + place;
    input.udp_port = static_cast<std::uint16_t>(kind == 'a' ? 5000 : 5002);
    input.max_rate = 100'000;  // small histories: they are not what is measured
    config::Channel& channel = configuration.channels.emplace_back();
    channel.id = fmt::format("channel-{}-{}", kind, i);
    channel.name = fmt::format("Channel {} {}", kind, i);
    channel.inputs = {input.id};
    config::Output& output = channel.outputs.emplace_back();
    output.port = "p";
    output.group = "239.1." + place;
    output.udp_port = 5000;
    output.rtp = true;
  }
  return configuration;
}

class Headend {
 public:
  explicit Headend(std::uint32_t channels)
      : counters_(1, std::size_t{2} * channels, std::size_t{2} * channels),
        punt_(4096),
        inject_(4096),
        crew_(1, std::size_t{2} * channels),
        links_({.plan = plan_,
                .punt = punt_,
                .inject = inject_,
                .counters = counters_,
                .ports = ports_,
                .feeds = {},
                .crew = crew_}),
        worker_(links_),
        conductor_({.store = store_,
                    .log = log_,
                    .plans = {&plan_, 1},
                    .make_step =
                        [this](auto, const auto& before, const auto& plan) {
                          return std::make_unique<dataplane::Step>(links_, before, plan);
                        },
                    .counters = counters_,
                    .random = [this] { return random_ = random_ * 1664525U + 1013904223U; }}) {}

  // Milliseconds: of comparing, for which nobody waits; of control; of the worker, which then adopts the
  // Plan.
  struct Took {
    double comparing = 0;
    double control = 0;
    double worker = 0;
  };
  Took apply(const config::Configuration& configuration) {
    auto shared = std::make_shared<const config::Configuration>(configuration);
    // As in headwaterd: the configuration before ends when control has gone on.
    const auto before = conductor_.configuration();
    pass_time();
    Took took;
    auto begin = std::chrono::steady_clock::now();
    auto difference = config::difference(*before, *shared);
    took.comparing = since(begin);
    begin = std::chrono::steady_clock::now();
    const auto problems = conductor_.apply(shared, {{"p", {0}, {}, {}}}, now_, {}, std::move(difference));
    took.control = since(begin);
    failed_ = failed_ || !problems.empty();
    took.worker = adopt();
    return took;
  }
  // Every input carries a program; until the Plan has them all.
  double carry() {
    const auto sections = {std::pair(std::uint16_t{0}, psi::encode(pat_)),
                           std::pair(std::uint16_t{0x20}, psi::encode(pmt_)),
                           std::pair(std::uint16_t{0x11}, psi::encode(sdt_))};
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& input : conductor_.plan()->inputs) {
      auto& counters = counters_.input(input->slot);
      if (counters.packets.get() > 0) continue;
      counters.packets.add(7);
      counters.last_packet.set(now_.value);
      for (const auto& [pid, encoded] : sections) {
        for (const auto& section : *encoded) {
          conductor_.on_punt({.kind = dataplane::channel::PuntHeader::Kind::kSection,
                              .pid = pid,
                              .slot = input->slot.index,
                              .life = input->life,
                              .at = now_,
                              .position = programs::packet_at(now_)},
                             section);
        }
      }
    }
    conductor_.step(now_);
    const double took = since(begin);
    pass_time();
    return took;
  }
  [[nodiscard]] std::size_t on_air() const { return conductor_.plan()->outputs.size(); }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  static double since(std::chrono::steady_clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  }
  // What else the worker has to do is done before, and comes again a millisecond later.
  void pass_time() {
    now_ = now_ + Ticks27::milliseconds(10);
    log_.tick(now_);
    worker_.run_once(now_);
  }
  double adopt() {
    const auto begin = std::chrono::steady_clock::now();
    worker_.run_once(now_);
    return since(begin);
  }

  const psi::Pat pat_ = programs::pat(0, {{1, 0x20}});
  const psi::Pmt pmt_ = programs::pmt(
      1, 0, 0x101, {programs::video(0x101), programs::audio(0x102, "deu"), programs::teletext(0x103)});
  const psi::Sdt sdt_ = programs::sdt(0, {programs::service(1, "Name", "Provider")});
  control::Store store_ = std::move(*control::Store::in_memory());
  control::Log log_ = control::Log::to([](std::string_view) {}, control::Severity::kError);
  dataplane::channel::PlanRing plan_;
  dataplane::channel::CounterBlocks counters_;
  dataplane::channel::PuntRing punt_;
  dataplane::channel::InjectRing inject_;
  std::array<dataplane::Port*, 1> ports_{};  // without a device
  dataplane::Crew crew_;
  dataplane::WorkerLinks links_;
  dataplane::Worker worker_;
  std::uint32_t random_ = 1;
  Instant now_ = Instant{} + Ticks27::seconds(1);
  bool failed_ = false;
  Conductor conductor_;
};

std::size_t bytes_in_use() {
  return mallinfo2().uordblks + mallinfo2().hblkhd;
}

}  // namespace

std::expected<std::vector<Figure>, std::string> measure_lineup(const LineupOptions& options) {
  std::vector<Figure> figures;
  for (const std::uint32_t channels : options.channels) {
    const std::string of = fmt::format("{} channels", channels);
    const auto add = [&](const char* metric, double value, const char* unit) {
      figures.push_back({.bench = "lineup", .of = of, .metric = metric, .value = value, .unit = unit});
    };
    const std::size_t before = bytes_in_use();
    Headend headend(channels);
    config::Configuration lineup = make_lineup(channels, 'a');
    add("start", headend.apply(lineup).control + headend.carry(), "ms");
    if (headend.failed() || headend.on_air() != channels)
      return std::unexpected(fmt::format("{} of {} channels are on air", headend.on_air(), channels));
    add("memory", static_cast<double>(bytes_in_use() - before) / 1024 / channels, "KiB a channel");

    std::vector<double> control, comparing, worker;
    const std::size_t settled = bytes_in_use();
    for (unsigned change = 0; change < options.changes; ++change) {
      lineup.channels[change * 7919ULL % channels].name = fmt::format("Changed {:06}", change);
      const Headend::Took each = headend.apply(lineup);
      control.push_back(each.control);
      comparing.push_back(each.comparing);
      worker.push_back(each.worker);
    }
    for (auto* each : {&control, &comparing, &worker}) std::ranges::sort(*each);
    add("one channel changed", control[control.size() / 2], "ms");
    add("the same, greatest", control.back(), "ms");
    add("the same, comparing", comparing[comparing.size() / 2], "ms");
    add("the same, worker", worker[worker.size() / 2] * 1000, "us");
    add("the same, worker, greatest", worker.back() * 1000, "us");
    add("memory grown by the changes",
        (static_cast<double>(bytes_in_use()) - static_cast<double>(settled)) / 1024, "KiB");
    config::Channel one = lineup.channels.back();
    lineup.channels.pop_back();
    const Headend::Took removed = headend.apply(lineup);
    add("one channel removed", removed.control, "ms");
    add("the same, worker", removed.worker * 1000, "us");
    one.id = "another";
    lineup.channels.insert(lineup.channels.begin(), one);
    add("one channel added", headend.apply(lineup).control, "ms");
    const Headend::Took replaced = headend.apply(make_lineup(channels, 'b'));
    add("all replaced", replaced.control + headend.carry(), "ms");
    add("the same, worker", replaced.worker, "ms");
    if (headend.failed() || headend.on_air() != channels)
      return std::unexpected(fmt::format("{} of {} channels are on air", headend.on_air(), channels));
  }
  return figures;
}

}  // namespace headwater::bench
