// SPDX-License-Identifier: Apache-2.0
#include "tests/support/readers.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <stdexcept>

#include "tests/support/process.h"

namespace headwater::test {
namespace {

using nlohmann::json;

std::vector<std::string> sorted_lines(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty()) lines.insert(line);
  }
  return {lines.begin(), lines.end()};
}

std::string run(const std::vector<std::string>& words) {
  Process process(words);
  if (process.wait() != 0)
    throw std::runtime_error(
        fmt::format("{}: {} {}", fmt::join(words, " "), process.wait().value_or(-1), process.errors()));
  return process.output();
}

}  // namespace

std::vector<std::string> read_by_ffprobe(const std::string& file) {
  const auto read = json::parse(
      run({"ffprobe", "-v", "error", "-show_entries",
           "program=program_id,pmt_pid,pcr_pid:program_tags=service_name:program_stream=id,codec_name", "-of",
           "json", file}));
  std::string lines;
  for (const auto& program : read["programs"]) {
    lines += fmt::format("program {} pmt {} pcr {} \"{}\"\n", program["program_id"].get<int>(),
                         program["pmt_pid"].get<int>(), program["pcr_pid"].get<int>(),
                         program.value("tags", json::object()).value("service_name", ""));
    for (const auto& stream : program.value("streams", json::array())) {
      lines +=
          fmt::format("stream {} {}\n", stream["id"].get<std::string>(), stream.value("codec_name", "?"));
    }
  }
  return sorted_lines(lines);
}

std::vector<std::string> read_by_tshark(const std::string& file) {
  std::vector<std::string> words{"tshark", "-r",    file, "-Y", "mpeg_pat || mpeg_pmt || dvb_sdt",
                                 "-T",     "fields"};
  for (const char* field : {"mpeg_pat.prog_num", "mpeg_pat.prog_map_pid", "mpeg_pmt.pg_num",
                            "mpeg_pmt.pcr_pid", "mpeg_pmt.stream.type", "mpeg_pmt.stream.elementary_pid",
                            "dvb_sdt.svc.id", "mpeg_descr.svc.svc_name"}) {
    words.insert(words.end(), {"-e", field});
  }
  return sorted_lines(run(words));
}

}  // namespace headwater::test
