// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/first_configuration.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headwater::daemon {
namespace {

constexpr std::string_view kWayOut = "`hwctl config diff` tells, `hwctl config apply` takes it over";

std::string joined(const config::Problems& problems) {
  std::string text;
  for (const config::Problem& problem : problems.errors) text += problem.to_string() + '\n';
  return text;
}

struct Kept {
  std::uint32_t number = 0;
  config::Sources sources;
  config::Loaded loaded;
};

std::expected<Kept, std::string> read(const control::Revisions& revisions, std::uint32_t number,
                                      const ConfigurationSource& source) {
  const auto packed = revisions.sources(number);
  if (!packed) return std::unexpected(packed.error().text);
  auto sources = *packed ? config::unpack(**packed) : std::nullopt;
  if (!sources) return std::unexpected(fmt::format("revision {} was kept by another version", number));
  auto loaded = source.load_kept(*sources);
  if (!loaded)
    return std::unexpected(fmt::format("revision {}: {}", number, loaded.error().errors.front().to_string()));
  return Kept{number, std::move(*sources), std::move(*loaded)};
}

// nullopt: none is confirmed. The error: why the newest cannot be run.
std::expected<std::optional<Kept>, std::string> newest(const control::Revisions& revisions,
                                                       const ConfigurationSource& source) {
  const auto confirmed = revisions.newest_confirmed();
  if (!confirmed) return std::nullopt;
  return read(revisions, confirmed->number, source);
}

// The newest one that can be read, of those before the newest.
std::optional<Kept> older(const control::Revisions& revisions, const ConfigurationSource& source) {
  auto confirmed = revisions.newest_confirmed();
  while (confirmed && (confirmed = revisions.newest_confirmed(confirmed->number))) {
    if (auto kept = read(revisions, confirmed->number, source)) return std::move(*kept);
  }
  return std::nullopt;
}

// One that waited for this start and did not come on the air.
std::string failed_to_start(const control::Revisions& revisions, std::uint32_t runs) {
  using control::Standing;
  for (const control::Revision& each : revisions.list()) {
    const bool failed = each.standing == Standing::kFailed || each.standing == Standing::kStartingAgain;
    if (each.number > runs && failed)
      return fmt::format("revision {} did not start, the log tells why: revision {} runs", each.number, runs);
  }
  return {};
}

}  // namespace

std::expected<FirstConfiguration, std::string> first_configuration(
    const ConfigurationSource& source, const std::optional<std::string>& state_directory, bool take_file) {
  auto file = source.load();
  const auto refused = [&] {
    return std::unexpected(fmt::format("{}headwaterd: {} errors in {}: not started", joined(file.error()),
                                       file.error().errors.size(), source.file));
  };
  const std::filesystem::path directory = state_directory ? *state_directory
                                          : file          ? file->configuration.headend.state_directory
                                                          : config::Headend{}.state_directory;
  std::error_code ignored;
  if (!file && (take_file || !std::filesystem::exists(directory / "revisions.db", ignored))) return refused();

  FirstConfiguration first;
  auto revisions = control::Revisions::open(directory);
  if (!revisions) {
    if (!file) return refused();
    first.loaded = std::move(*file);
    first.trouble = fmt::format("no revision can be read or kept, {} runs as it stands: {}", source.file,
                                revisions.error().text);
    return first;
  }
  first.revisions = std::move(*revisions);
  if (take_file) {
    first.loaded = std::move(*file);
    return first;
  }
  auto kept = newest(*first.revisions, source);
  if (!kept && !file) {
    auto before = older(*first.revisions, source);
    if (!before) return std::unexpected(fmt::format("headwaterd: {}\n{}", kept.error(), refused().error()));
    first.trouble = fmt::format("{}: revision {} runs, since {} has errors too", kept.error(), before->number,
                                source.file);
    kept = std::move(before);
  } else if (!kept || !*kept) {
    if (!file) return refused();
    first.loaded = std::move(*file);
    if (!kept) first.trouble = fmt::format("{}: {} runs instead, as it stands", kept.error(), source.file);
    return first;
  }
  const std::uint32_t number = (*kept)->number;
  first.revision = number;
  first.loaded = std::move((*kept)->loaded);
  if (first.trouble.empty()) first.trouble = failed_to_start(*first.revisions, number);
  if (!first.trouble.empty()) return first;
  if (!file) {
    first.trouble =
        fmt::format("revision {} runs, since {} has {} errors: `hwctl config check {}` lists them", number,
                    source.file, file.error().errors.size(), source.file);
  } else if (file->sources != (*kept)->sources) {
    first.trouble = fmt::format("revision {} runs, and {} differs from it: {}", number, source.file, kWayOut);
  }
  return first;
}

}  // namespace headwater::daemon
