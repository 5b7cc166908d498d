// SPDX-License-Identifier: Apache-2.0
//
// hwbench: what things cost on this machine. `hwbench dataplane`, `hwbench lineup` and `hwbench lab` print a
// table, with --json one object a figure, a line each. Exit 0 done, 1 failed, 2 usage.
#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/yaml/units.h"
#include "dataplane/dpdk/eal.h"
#include "tests/bench/dataplane_bench.h"
#include "tests/bench/lab_bench.h"
#include "tests/bench/lineup_bench.h"

namespace headwater::bench {
namespace {

namespace po = boost::program_options;
using dataplane::dpdk::Eal;

void print(const std::vector<Figure>& figures, bool json) {
  for (const Figure& figure : figures) {
    if (json) {
      fmt::print("{{\"bench\":\"{}\",\"case\":\"{}\",\"metric\":\"{}\",\"value\":{:.3f},\"unit\":\"{}\"}}\n",
                 figure.bench, figure.of, figure.metric, figure.value, figure.unit);
    } else {
      fmt::print("{:<12} {:<16} {:<24} {:>10.2f} {}\n", figure.bench, figure.of, figure.metric, figure.value,
                 figure.unit);
    }
  }
}

// The cases one after the other.
int run_lab(const std::vector<test::LoadOptions>& cases, bool json) {
  for (const test::LoadOptions& options : cases) {
    const auto lab = measure_lab(options);
    if (!lab) {
      fmt::print(stderr, "hwbench: {}\n", lab.error());
      return 1;
    }
    print(lab->figures, json);
    if (!json) fmt::print("limit: {}\n", lab->limit);
  }
  return 0;
}

int run(int argc, char** argv) {
  DataplaneOptions options;
  std::string bench;
  std::int64_t seconds = 2;
  // Signed: boost reads -5 into an unsigned number as four thousand million.
  std::vector<std::int64_t> channels;
  std::int64_t runs = options.runs;
  po::options_description visible("options");
  auto add = visible.add_options();
  add("json", "one JSON object a line instead of a table");
  add("channels", po::value(&channels)->multitoken(),
      "numbers of channels (default 1 100 1000, of a lineup 100 1000 10000, of a lab 100)");
  add("runs", po::value(&runs)->default_value(runs), "runs a case of dataplane; the figure is their median");
  add("seconds", po::value(&seconds)->default_value(seconds),
      "of stream that each run of dataplane measures; of lab 60 by default");
  std::string rate = "4M";
  add("rate", po::value(&rate)->default_value(rate), "of each channel of lab, 1M to 100M");
  std::string poll = "adaptive";
  add("poll", po::value(&poll)->default_value(poll), "of lab's headwaterd: adaptive or busy");
  std::string ports = "net_null";
  add("ports", po::value(&ports)->default_value(ports),
      "of dataplane: net_null (DPDK's), or none, which cost nothing");
  add("huge-pages", "net_null's frames in huge pages, which takes root");
  std::int64_t changes = 50;
  add("changes", po::value(&changes)->default_value(changes), "changes of one channel each, of lineup");
  add("help", "this");
  po::options_description all;
  all.add(visible).add_options()("bench", po::value(&bench));
  po::positional_options_description positional;
  positional.add("bench", 1);
  po::variables_map values;
  try {
    po::store(po::command_line_parser(argc, argv).options(all).positional(positional).run(), values);
    po::notify(values);
  } catch (const po::error& error) {
    fmt::print(stderr, "hwbench: {}\n", error.what());
    return 2;
  }
  const bool help = values.count("help") != 0;
  const auto within = [](std::int64_t value, std::int64_t most) { return value >= 1 && value <= most; };
  const auto bits = config::parse_rate(rate);
  const bool sound = bits && *bits >= 1'000'000 && *bits <= 100'000'000 &&
                     (poll == "adaptive" || poll == "busy") && (ports == "net_null" || ports == "none") &&
                     within(runs, 1'000) && within(changes, 1'000'000) && within(seconds, 3'600) &&
                     std::ranges::all_of(channels, [&](std::int64_t each) {
                       return within(each, bench == "lab" ? 60'000 : 100'000);
                     });
  if (help || (bench != "dataplane" && bench != "lineup" && bench != "lab") || !sound) {
    std::FILE* out = help ? stdout : stderr;
    fmt::print(out, "usage: hwbench dataplane|lineup|lab [options]\n");
    for (const auto& option : visible.options()) {
      fmt::print(out, "  {:<24} {}\n", option->format_name(), option->description());
    }
    return help ? 0 : 2;
  }
  if (bench == "lab") {
    if (channels.empty()) channels = {100};
    if (values["seconds"].defaulted()) seconds = 60;
    std::vector<test::LoadOptions> cases;
    cases.reserve(channels.size());
    for (const std::int64_t count : channels) {
      cases.push_back({.channels = static_cast<std::uint32_t>(count),
                       .rate = *bits,
                       .time = std::chrono::seconds(seconds),
                       .poll = poll});
    }
    return run_lab(cases, values.contains("json"));
  }
  options.measured = Ticks27::seconds(seconds);
  options.runs = static_cast<unsigned>(runs);
  LineupOptions lineup;
  lineup.changes = static_cast<unsigned>(changes);
  if (!channels.empty()) {
    options.channels.assign(channels.begin(), channels.end());
    lineup.channels = options.channels;
  }
  if (ports == "none") options.ports = DataplaneOptions::Ports::kSynthetic;
  std::unique_ptr<Eal> eal;
  if (bench == "dataplane" && options.ports == DataplaneOptions::Ports::kNullDevice) {
    auto started = Eal::start({.memory = null_device_memory(options),
                               .huge_pages = values.contains("huge-pages"),
                               .devices = {},
                               .log = {}});
    if (!started) {
      fmt::print(stderr, "hwbench: {}\n", started.error());
      return 1;
    }
    eal = std::move(*started);
  }
  const auto figures = bench == "lineup" ? measure_lineup(lineup) : measure_dataplane(options);
  if (!figures) {
    fmt::print(stderr, "hwbench: {}\n", figures.error());
    return 1;
  }
  print(*figures, values.count("json") != 0);
  return 0;
}

}  // namespace
}  // namespace headwater::bench

int main(int argc, char** argv) {
  try {
    return headwater::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "hwbench: {}\n", error.what());
    return 1;
  }
}
