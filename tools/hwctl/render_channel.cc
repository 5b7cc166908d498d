// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/units.h"

namespace headwater::hwctl {
namespace {

using enum Table::Column::Align;

// The first destination, and how many more.
std::string destinations(const Json& channel) {
  const Json& outputs = field(channel, "outputs");
  if (outputs.empty()) return "";
  const std::string first = text(outputs.front(), "destination");
  return outputs.size() == 1 ? first : fmt::format("{} +{}", first, outputs.size() - 1);
}

std::string outputs_table(const Json& channel, bool colour) {
  Table table({{"OUTPUT"},
               {"TO"},
               {"PORT"},
               {"FROM"},
               {"RATE", kRight},
               {"DATAGRAMS", kRight},
               {"LATE", kRight},
               {"WORST", kRight},
               {"DROPS"}});
  for (const Json& output : field(channel, "outputs")) {
    const std::uint64_t worst = number(output, "greatest_lateness_us");
    const bool dropped = drops_sum(output) != 0;
    table.add({text(output, "id"), text(output, "destination"), text(output, "port"), text(output, "source"),
               bit_rate(number(output, "bitrate_bps")), text(output, "datagrams"),
               count_cell(output, "late_departures"), worst == 0 ? std::string("-") : lateness(worst),
               Cell(drops_text(output), dropped ? Style::kBad : Style::kFaint)});
  }
  return table.empty() ? "" : '\n' + table.render(colour);
}

std::string pids_table(const Json& channel, bool colour) {
  Table table({{"PID IN", kRight}, {"PID OUT", kRight}, {"KIND"}, {"CODEC"}, {"LANGUAGES"}, {""}});
  for (const Json& pid : field(channel, "pids")) {
    const std::string in = pid_text(pid, "input_pid");
    table.add({in.empty() ? Cell("ours", Style::kFaint) : Cell(in), pid_text(pid, "output_pid"),
               text(pid, "kind"), text(pid, "codec"), joined(pid, "languages", " "),
               flag(pid, "carries_pcr") ? "PCR" : ""});
  }
  return table.empty() ? "" : '\n' + table.render(colour);
}

}  // namespace

std::string render_channels(const Json& answer, bool colour) {
  Table table({{"NO", kRight},
               {"ID"},
               {"NAME"},
               {"STATE"},
               {"INPUT"},
               {"PROGRAM", kRight},
               {"RATE", kRight},
               {"CC", kRight},
               {"TO"},
               {"WHY"}});
  for (const Json& channel : field(answer, "channels")) {
    table.add({text(channel, "number"), text(channel, "id"), text(channel, "name"), state_cell(channel),
               text(channel, "input"), text(channel, "program"), bit_rate(number(channel, "bitrate_bps")),
               count_cell(channel, "input_cc_errors"), destinations(channel), why_cell(channel)});
  }
  return table.empty() ? "no channels\n" : table.render(colour);
}

std::string render_channel(const Json& channel, bool colour) {
  Facts facts;
  facts.add("channel", {text(channel, "id"), Style::kBold});
  facts.add("name", text(channel, "name"));
  facts.add("provider", text(channel, "provider"));
  facts.add("number", text(channel, "number"));
  facts.add("state", state_cell(channel));
  facts.add("why", {text(channel, "reason"), Style::kBad});
  add_notes(facts, channel);
  facts.add("input", text(channel, "input"));
  facts.add("program", text(channel, "program"));
  facts.add("service id", text(channel, "service_id"));
  facts.add("transport stream id", text(channel, "transport_stream_id"));
  facts.add("PMT PID", pid_text(channel, "pmt_pid"));
  facts.add("PCR PID", pid_text(channel, "pcr_pid"));
  facts.add("delay", text(channel, "delay_ms") + " ms");
  facts.add("rate", bit_rate(number(channel, "bitrate_bps")));
  facts.add("CC errors of the input", count_cell(channel, "input_cc_errors"));
  return facts.render(colour) + outputs_table(channel, colour) + pids_table(channel, colour);
}

}  // namespace headwater::hwctl
