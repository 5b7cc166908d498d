// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/lab_bench.h"

#include <fmt/format.h>

#include <concepts>

namespace headwater::bench {

std::expected<LabFigures, std::string> measure_lab(const test::LoadOptions& options) {
  const auto said = test::run_load(options);
  if (!said) return std::unexpected(said.error().text);
  const test::LoadFigures& load = *said;
  LabFigures lab{.figures = {}, .limit = load.limit()};
  const std::string of =
      fmt::format("{} x {:g} Mb/s", options.channels, static_cast<double>(options.rate) / 1e6);
  const auto add = [&](const char* metric, double value, const char* unit) {
    lab.figures.push_back({.bench = "lab", .of = of, .metric = metric, .value = value, .unit = unit});
  };
  const auto count = [&](const char* metric, std::integral auto value, const char* unit) {
    add(metric, static_cast<double>(value), unit);
  };
  count("sent by the encoders", load.datagrams.sent, "datagrams");
  count("received by headwaterd", load.datagrams.headend_received, "datagrams");
  count("sent by headwaterd", load.datagrams.headend_sent, "datagrams");
  count("received by the boxes", load.datagrams.received, "datagrams");
  count("streams at the boxes", load.packets, "TS packets");
  count("lost end to end", load.lost.packets, "TS packets");
  count("refused to the encoders", load.lost.refused, "datagrams");
  count("lost before headwaterd", load.lost.before_headend, "datagrams");
  count("gaps at its inputs", load.lost.gaps, "");
  count("lost in headwaterd", load.lost.in_headend, "");
  count("lost behind headwaterd", load.lost.behind_headend, "datagrams");
  count("lost at the boxes", load.lost.at_boxes, "datagrams");
  count("out of order, repeated", load.disorder + load.strange, "");
  count("damaged", load.damaged, "");
  count("continuity errors", load.cc_errors, "");
  count("ledger balanced", load.balanced ? 1 : 0, "");
  add("headwaterd, user", load.headend_user_ns, "ns a TS packet");
  add("headwaterd, system", load.headend_system_ns, "ns a TS packet");
  add("headwaterd", 100 * load.headend_share, "% of a core");
  add("encoders", 100 * load.encoders_share, "% of a core");
  add("boxes", 100 * load.boxes_share, "% of a core");
  count("late departures", load.late_departures, "datagrams");
  add("greatest lateness", load.greatest_lateness_ms, "ms");
  add("encoders' lateness", load.encoders_lateness_ms, "ms");
  add("PCR jitter, p99", load.pcr_jitter_us, "us");
  return lab;
}

}  // namespace headwater::bench
