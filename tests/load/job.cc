// SPDX-License-Identifier: Apache-2.0
#include "tests/load/job.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "tests/load/boxes.h"
#include "tests/load/encoders.h"
#include "tests/support/core.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using std::chrono::nanoseconds;

constexpr std::chrono::seconds kLongest{60};  // for a lineup to come up
// A timeline locks in 3 s on a clean network.
constexpr std::chrono::seconds kSettle{5};
// What the inputs' histories hold departs.
constexpr std::chrono::seconds kDrain{2};
// What a hundred channels of 4 Mb/s bring in this time is a quarter of the ring that a port has.
constexpr double kRingMilliseconds = 100;
constexpr std::uint64_t kDatagramPackets = 7;

std::vector<wire::Ipv4Address> groups(const char* prefix, std::uint32_t channels) {
  std::vector<wire::Ipv4Address> all;
  for (std::uint32_t i = 0; i < channels; ++i) {
    all.push_back(*wire::Ipv4Address::parse(fmt::format("{}.{}.{}", prefix, i / 250, i % 250 + 1)));
  }
  return all;
}

std::string lineup(const std::vector<wire::Ipv4Address>& in, const std::vector<wire::Ipv4Address>& out,
                   std::uint64_t rate) {
  std::string inputs = "inputs:\n", channels = "channels:\n";
  for (std::size_t i = 0; i < in.size(); ++i) {
    inputs += fmt::format("  in-{}: {{ source: \"rtp://{}:{}\", port: west, max_rate: {} }}\n", i + 1,
                          in[i].to_string(), kLoadPort, rate * 5 / 4);
    channels += fmt::format(
        "  - {{ name: Channel {0}, number: {0}, inputs: [in-{0}], outputs: [{{ to: \"rtp://{1}:{2}\", port: "
        "east }}] }}\n",
        i + 1, out[i].to_string(), kLoadPort);
  }
  return inputs + channels;
}

std::size_t joined(const Lab& lab, const std::string& on_switch, const std::string& port) {
  const auto lines = lab.groups(on_switch);
  return static_cast<std::size_t>(
      std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(port + " "); }));
}

struct ProcessTime {
  nanoseconds user{0}, system{0};
};
ProcessTime time_of(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string text(std::istreambuf_iterator<char>(file), {});
  // proc(5): behind the name in brackets utime and stime are the 12th and 13th field, in clock ticks.
  std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  std::int64_t user = 0, system = 0;
  fields >> user >> system;
  const std::int64_t tick = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  return {nanoseconds(user * tick), nanoseconds(system * tick)};
}

// What runs, and what it had cost at one moment.
struct Load {
  HeadendRig& rig;
  Encoders& encoders;
  const LoadThread& sending;
  const LoadThread& receiving;
};
struct Costs {
  explicit Costs(const Load& load)
      : at(std::chrono::steady_clock::now()),
        headend(time_of(load.rig.daemon().pid())),
        encoders(load.sending.cost()),
        boxes(load.receiving.cost()),
        datagrams(load.encoders.sent()) {}
  std::chrono::steady_clock::time_point at;
  ProcessTime headend;
  nanoseconds encoders, boxes;
  std::uint64_t datagrams;
};

void add_costs(LoadFigures& figures, const Costs& begin, const Costs& end) {
  const auto share = [&](nanoseconds cost) {
    return std::chrono::duration<double>(cost) / (end.at - begin.at);
  };
  figures.input_packets = static_cast<double>((end.datagrams - begin.datagrams) * kDatagramPackets);
  const nanoseconds user = end.headend.user - begin.headend.user;
  const nanoseconds system = end.headend.system - begin.headend.system;
  figures.headend_user_ns = static_cast<double>(user.count()) / figures.input_packets;
  figures.headend_system_ns = static_cast<double>(system.count()) / figures.input_packets;
  figures.headend_share = share(user + system);
  figures.encoders_share = share(end.encoders - begin.encoders);
  figures.boxes_share = share(end.boxes - begin.boxes);
}

// Counters of the ledger that say that something was lost in the headend, or had been before it.
void add_named(LoadFigures& figures, const std::string& entry, const json& counters) {
  for (const auto& [name, value] : counters.items()) {
    if (value == 0) continue;
    if (name == "rtp_lost" || name == "cc_error") figures.lost.gaps += value.get<std::uint64_t>();
    if (!name.starts_with("drop_") && !name.starts_with("device_") && name != "expelled") continue;
    figures.lost.in_headend += value.get<std::uint64_t>();
    figures.lost.named += fmt::format("{}{} {} {}", figures.lost.named.empty() ? "" : ", ", entry, name,
                                      value.get<std::uint64_t>());
  }
}

void add_ledger(LoadFigures& figures, const json& ledger) {
  figures.balanced = ledger["balanced"];
  figures.entries = ledger["entries"].size();
  for (const json& entry : ledger["entries"]) {
    const std::string name = entry["name"];
    add_named(figures, name, entry["events"]);
    for (const json& equation : entry["equations"]) {
      add_named(figures, name, equation["right"]);
      if (entry["kind"] == "input" && equation["name"] == "datagrams")
        figures.datagrams.headend_received += equation["left"]["datagrams"].get<std::uint64_t>();
    }
    if (entry["kind"] == "output") {
      figures.datagrams.headend_sent += entry["events"]["datagrams"].get<std::uint64_t>();
    }
  }
}

void add_boxes(LoadFigures& figures, const Boxes& boxes, std::uint32_t last_stamp) {
  std::vector<double> jitter;
  for (const Boxes::Box& box : boxes.all()) {
    const settop::StreamReport& report = box.report;
    figures.datagrams.received += report.datagrams;
    figures.lost.behind_headend += static_cast<std::uint64_t>(std::max<std::int64_t>(report.rtp.lost, 0));
    figures.lost.at_boxes += box.receiver.drops();
    figures.lost.packets += box.stamps.lost + (last_stamp - box.stamps.last.value_or(last_stamp));
    figures.packets += box.stamps.packets;
    figures.strange += box.stamps.again + box.stamps.strangers;
    figures.disorder += report.rtp.reordered + report.rtp.duplicates + report.rtp.restarts;
    figures.damaged += report.bad_datagrams + report.sync_errors + report.malformed;
    figures.cc_errors += report.cc_errors();
    figures.silent_boxes += box.stamps.last ? 0U : 1U;
    const auto video = report.pids.find(kLoadVideo);
    if (video != report.pids.end()) jitter.push_back(video->second.pcr.result().jitter_p99_us);
  }
  if (jitter.empty()) return;
  std::ranges::sort(jitter);
  figures.pcr_jitter_us = jitter[jitter.size() / 2];
}

std::unexpected<Lab::Trouble> trouble(const HeadendRig& rig, std::string what) {
  return std::unexpected(Lab::Trouble{.text = std::move(what) + "\n" + rig.log()});
}

}  // namespace

std::string LoadFigures::limit() const {
  if (lost.refused > 0) return "the encoders: the kernel refused their datagrams";
  if (lost.before_headend > 0 && encoders_lateness_ms > kRingMilliseconds) {
    return fmt::format(
        "the encoders: they stood still for {:.0f} ms, and what they made up for then may be more than the "
        "port's "
        "ring has room for",
        encoders_lateness_ms);
  }
  if (lost.before_headend > 0)
    return "the headend's receiving side: the port's ring, or the switch before it";
  if (lost.in_headend > 0) return "the headend: " + lost.named;
  if (lost.at_boxes > 0) return "the boxes: their sockets were full";
  if (!nothing_lost()) return "the headend's sending side: the port's ring, or the switch behind it";
  const double most = std::max({headend_share, encoders_share, boxes_share});
  const char* who = "headwaterd's threads";
  if (most == encoders_share) who = "the encoders";
  if (most == boxes_share) who = "the boxes";
  return fmt::format("none: nothing was lost; busiest were {} with {:.0f} % of a core", who, 100 * most);
}

std::expected<LoadFigures, Lab::Trouble> run_load(const LoadOptions& options) {
  std::vector<unsigned> cores = allowed_cores();
  if (cores.size() < 2) {
    return std::unexpected(Lab::Trouble{
        .skip = true, .text = "the headend's worker needs a core beside that of encoders and boxes"});
  }
  auto lab = Lab::up();
  if (!lab) return std::unexpected(lab.error());
  const auto in = groups("239.1", options.channels);
  const auto out = groups("239.2", options.channels);
  const unsigned worker_core = cores.back();
  cores.pop_back();
  HeadendRig rig(**lab, lineup(in, out, options.rate),
                 {.cores = {worker_core},
                  .memory = fmt::format("{}M", 64 + options.channels * options.rate * 4 / 1'000'000),
                  .poll = options.poll,
                  .niceness = kNiceness});
  std::optional<Boxes> boxes;
  std::optional<Encoders> encoders;
  (*lab)->on("box1", [&] { boxes.emplace(out); });
  (*lab)->on("source", [&] { encoders.emplace(in, options.rate, *wire::Ipv4Address::parse("10.1.0.5")); });
  rig.start_daemon();
  const auto ended = [&] { return !rig.daemon().running(); };
  const auto ready = [&] {
    return joined(**lab, "west", "headend-hd0") >= in.size() &&
           joined(**lab, "east", "box1-eth0") >= out.size();
  };
  const bool waited = wait_until([&] { return ended() || ready(); }, kLongest);
  if (!waited || ended()) return trouble(rig, "headwaterd and the boxes have not joined the groups");

  const auto work_of = [](auto& who) {
    return [&who](const std::stop_token& stop, LoadThread::Cost& cost) { who.run(stop, cost); };
  };
  LoadThread receiving(cores, work_of(*boxes));
  LoadThread sending(cores, work_of(*encoders));
  const auto on_air = [&] {
    const auto status = rig.ask({"status"});
    return status && (*status)["channels"]["on_air"] == options.channels;
  };
  const bool went = wait_until([&] { return ended() || on_air(); }, kLongest);
  if (!went || ended()) return trouble(rig, "the channels are not on air");
  std::this_thread::sleep_for(kSettle);
  const Load load{.rig = rig, .encoders = *encoders, .sending = sending, .receiving = receiving};
  const Costs begin(load);
  std::this_thread::sleep_for(options.time);
  const Costs end(load);
  sending.finish();
  std::this_thread::sleep_for(kDrain);
  const auto ledger = rig.ask({"ledger"});
  const auto status = rig.ask({"status"});
  if (!ledger || !status) return trouble(rig, "headwaterd does not answer");
  if (rig.end_daemon(SIGTERM) != 0) return trouble(rig, "headwaterd did not end in order");
  receiving.finish();

  LoadFigures figures;
  add_costs(figures, begin, end);
  add_ledger(figures, *ledger);
  add_boxes(figures, *boxes, encoders->last_stamp());
  figures.datagrams.sent = encoders->sent();
  figures.lost.refused = encoders->refused();
  figures.lost.before_headend =
      figures.datagrams.sent - std::min(figures.datagrams.sent, figures.datagrams.headend_received);
  figures.late_departures = (*status)["late_departures"];
  figures.greatest_lateness_ms = (*status)["greatest_lateness_us"].get<double>() / 1000;
  figures.encoders_lateness_ms =
      std::chrono::duration<double, std::milli>(encoders->greatest_lateness()).count();
  return figures;
}

}  // namespace headwater::test
