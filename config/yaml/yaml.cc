// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/yaml.h"

#include "config/model/check.h"
#include "config/yaml/files.h"
#include "config/yaml/map_reader.h"
#include "config/yaml/merge.h"
#include "config/yaml/read.h"
#include "config/yaml/variables.h"

namespace headwater::config {
namespace {

std::expected<Loaded, Problems> read_all(const std::vector<NodePtr>& roots, Report& report) {
  Places ignored;
  for (const NodePtr& root : roots) MapReader(*root, "", report, ignored).check_keys(schema::top_keys());
  const NodePtr root = substitute(join(roots, report), report);
  Loaded loaded;
  Configuration& configuration = loaded.configuration;
  read_headend(*root, configuration.headend, report);
  read_ports(*root, configuration, report);
  read_inputs(*root, configuration, report);
  read_channels(*root, AddressPlans(*root, report), configuration, report);
  report.add(check(configuration));
  const bool failed = report.failed();
  Problems problems = report.take();
  if (failed) return std::unexpected(std::move(problems));
  loaded.warnings = std::move(problems.warnings);
  return loaded;
}

}  // namespace

std::expected<Loaded, Problems> load(const std::filesystem::path& path) {
  Report report;
  DiskFiles files(path);
  auto loaded = read_all(read_files(path, files, report), report);
  if (loaded) loaded->sources = files.take();
  return loaded;
}

std::expected<Loaded, Problems> load(const Sources& kept) {
  Report report;
  KeptFiles files(kept);
  auto loaded = read_all(read_files(kept.root, files, report), report);
  if (loaded) loaded->sources = kept;
  return loaded;
}

std::expected<Loaded, Problems> parse(std::string_view text, const std::filesystem::path& file_name) {
  Report report;
  return read_all({read_text(text, file_name, report)}, report);
}

}  // namespace headwater::config
