// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/lineup.h"

#include <fmt/format.h>

#include <string>

#include "config/import/import.h"
#include "config/yaml/file_access.h"

namespace headwater::hwctl {
int run_import(const Options& options, const Console& console) {
  const std::string& file = options.argument;
  const auto text = config::DiskFiles(file).text(file);
  if (!text) {
    complain(console, fmt::format("{} cannot be read: {}", file, text.error()));
    return kFailed;
  }
  const auto format = options.list_format ? options.list_format : config::guess_list_format(*text, file);
  if (!format) {
    complain(console, fmt::format("{}: what is it? --format csv, m3u or dvblast says it", file));
    return kUsage;
  }
  if (*format == config::ListFormat::kDvblast && !options.import.fill.contains("inputs")) {
    complain(console, "a DVBlast file does not name its input: --set inputs=ID does, one of `inputs`");
    return kUsage;
  }
  if (*format != config::ListFormat::kCsv && !options.import.columns.empty()) {
    complain(console, "--column is for CSV files: others have no columns");
    return kUsage;
  }
  const config::Imported imported = config::import_list(*format, *text, file, options.import);
  if (!imported.channels.empty()) {
    console.out(options.format == Format::kYaml ? config::yaml_of(imported.channels)
                                                : config::csv_of(imported.channels));
  }
  const config::Problems& problems = imported.problems;
  for (const config::Problem& each : problems.errors) console.err(each.to_string() + '\n');
  for (const config::Problem& each : problems.warnings)
    console.err(fmt::format("{}: warning: {}\n", config::to_string(each.where), each.text));
  console.err(fmt::format("{}: {} taken, {}, {}\n", file, counted(imported.channels.size(), "channel"),
                          counted(problems.errors.size(), "error"),
                          counted(problems.warnings.size(), "warning")));
  return problems.errors.empty() ? kDone : kFailed;
}

}  // namespace headwater::hwctl
