// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/units.h"

namespace headwater::hwctl {
namespace {

using enum Table::Column::Align;

Cell timeline_cell(const Json& input) {
  const std::string state = text(field(input, "timeline"), "state");
  if (state == "locked") return {state, Style::kGood};
  if (state == "file_pcr") return {"its PCRs", Style::kGood};
  if (state == "file_rate") return {"its rate", Style::kGood};
  return {state, state == "acquiring" ? Style::kWarning : Style::kPlain};
}

std::string timeline_text(const Json& input) {
  const Json& timeline = field(input, "timeline");
  const std::string state = text(timeline, "state");
  if (state == "none") return "none yet";
  if (state == "arrival") return "smoothed arrival (no usable PCR)";
  if (state == "file_pcr") return "by the file's own PCRs";
  if (state == "file_rate") return "at the rate configured for the file";
  std::string out = state;
  if (const std::string pid = pid_text(timeline, "reference_pid"); !pid.empty()) out += " to PID " + pid;
  if (const Json& drift = field(timeline, "drift_ppm"); drift.is_number()) {
    out += fmt::format(", drift {:+.2f} ppm", drift.get<double>());
  }
  return out;
}

std::string history_text(const Json& input) {
  const std::uint64_t capacity = number(input, "history_capacity");
  const std::uint64_t frames = number(input, "history_frames");
  if (capacity == 0) return "";
  return fmt::format("{} of {} frames ({} %)", frames, capacity, frames * 100 / capacity);
}

std::string psi_text(const Json& input) {
  const std::string pat = text(input, "pat_version");
  if (pat.empty()) return "no PAT yet";
  std::string out =
      fmt::format("transport stream {}, PAT version {}", text(input, "transport_stream_id"), pat);
  if (const std::string sdt = text(input, "sdt_version"); !sdt.empty()) out += ", SDT version " + sdt;
  return fmt::format("{}, {} section errors", out, number(input, "section_errors"));
}

Cell priority1_cell(const Json& input) {
  const Json& p1 = field(input, "priority1");
  std::string out;
  for (const auto& [name, count] : p1.items()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, count.dump());
  }
  return {out, sum_of(p1) == 0 ? Style::kPlain : Style::kWarning};
}

std::string rtp_text(const Json& input) {
  std::string out;
  for (const auto& [name, count] : field(input, "rtp").items()) {
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count.dump(), name);
  }
  return out;
}

Cell lost_cell(const Json& input) {
  const Json& rtp = field(input, "rtp");
  return rtp.is_null() ? Cell("-", Style::kFaint) : count_cell(rtp, "lost");
}

std::string scrambled_text(const Json& input) {
  const std::uint64_t packets = number(input, "scrambled_packets");
  if (packets == 0) return "no";
  return fmt::format("{}, {} packets since start", flag(input, "scrambled") ? "yes" : "not now", packets);
}

std::string program_table(const Json& program, bool colour) {
  std::string head = "program " + text(program, "number");
  if (const std::string name = text(program, "name"); !name.empty()) head += fmt::format(" \"{}\"", name);
  if (const std::string provider = text(program, "provider"); !provider.empty()) head += " of " + provider;
  head += ": PMT PID " + pid_text(program, "pmt_pid");
  const std::string version = text(program, "pmt_version");
  head += version.empty() ? ", no PMT yet" : " version " + version;
  if (const std::string pcr = pid_text(program, "pcr_pid"); !pcr.empty()) head += ", PCR PID " + pcr;
  if (flag(program, "scrambled")) head += ", scrambled";
  Table table({{"PID", kRight}, {"TYPE", kRight}, {"KIND"}, {"CODEC"}, {"LANGUAGES"}}, "  ");
  for (const Json& stream : field(program, "streams")) {
    table.add({pid_text(stream, "pid"), pid_text(stream, "stream_type"), text(stream, "kind"),
               text(stream, "codec"), joined(stream, "languages", " ")});
  }
  return '\n' + styled(head, Style::kBold, colour) + '\n' + (table.empty() ? "" : table.render(colour));
}

}  // namespace

std::string render_inputs(const Json& answer, bool colour) {
  Table table({{"ID"},
               {"STATE"},
               {"SOURCE"},
               {"PORT"},
               {"RATE", kRight},
               {"LAST", kRight},
               {"PROGRAMS", kRight},
               {"CC", kRight},
               {"LOST", kRight},
               {"TIMELINE"},
               {"WHY"}});
  for (const Json& input : field(answer, "inputs")) {
    table.add({text(input, "id"), state_cell(input), text(input, "source"), text(input, "port"),
               bit_rate(number(input, "bitrate_bps")), age_cell(input), text(input, "program_count"),
               count_cell(field(input, "priority1"), "cc_error"), lost_cell(input), timeline_cell(input),
               why_cell(input)});
  }
  return table.empty() ? "no inputs\n" : table.render(colour);
}

std::string render_input(const Json& input, bool colour) {
  Facts facts;
  facts.add("input", {text(input, "id"), Style::kBold});
  facts.add("source", text(input, "source"));
  facts.add("only from", text(input, "from"));
  facts.add("port", text(input, "port"));
  facts.add("core", text(input, "core"));
  facts.add("state", state_cell(input));
  facts.add("why", {text(input, "reason"), Style::kBad});
  add_notes(facts, input);
  facts.add("rate", bit_rate(number(input, "bitrate_bps")));
  facts.add("last packet", age_cell(input));
  facts.add("received",
            fmt::format("{} datagrams, {} packets", number(input, "datagrams"), number(input, "packets")));
  facts.add("drops", {drops_text(input), drops_sum(input) == 0 ? Style::kPlain : Style::kBad});
  facts.add("RTP", rtp_text(input));
  if (number(input, "file_loops") != 0) facts.add("loops of the file", text(input, "file_loops"));
  facts.add("TR 101 290", priority1_cell(input));
  facts.add("transport errors", count_cell(input, "transport_errors"));
  facts.add("scrambled", scrambled_text(input));
  facts.add("timeline", timeline_text(input));
  facts.add("history", history_text(input));
  facts.add("PSI", psi_text(input));
  std::string out = facts.render(colour);
  for (const Json& program : field(input, "programs")) out += program_table(program, colour);
  return out;
}

}  // namespace headwater::hwctl
