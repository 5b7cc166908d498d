// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/configurator.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <ranges>
#include <utility>

#include "tools/headwaterd/reload.h"

namespace headwater::daemon {
namespace {

using control::api::AppliedConfig;

constexpr std::size_t kProblemsInLog = 20;

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Configurator::Configurator(ConfiguratorLinks links, ConfigurationSource source, RevisionKeeper keeper)
    : links_(std::move(links)), source_(std::move(source)), keeper_(std::move(keeper)) {}

void Configurator::started(const std::optional<config::Sources>& file) {
  if (file) {
    keeper_.taken(*file, "taken at the start", unix_time());
  } else {
    keeper_.started();
  }
}

// What would change, and what speaks against it; applied is still to be said.
AppliedConfig Configurator::judge(Loading& loaded, const std::string& file) {
  AppliedConfig answer;
  answer.file = file;
  if (!loaded) {
    answer.problems = std::move(loaded.error());
    return answer;
  }
  answer.problems.warnings = std::move(loaded->warnings);
  answer.problems.errors = links_.objections(loaded->configuration);
  return answer;
}

AppliedConfig Configurator::take(Loading loaded, const std::string& file, const Keep& keep) {
  AppliedConfig answer = judge(loaded, file);
  if (answer.problems.errors.empty()) {
    // Until this thread replaces it.
    const std::shared_ptr<const config::Configuration> running = links_.running;
    align_ports(*running, loaded->configuration);
    config::Difference difference = config::difference(*running, loaded->configuration);
    config::Changes changes = config::changes(difference, *running, loaded->configuration);
    answer.problems.errors = links_.take_over(std::move(loaded->configuration), std::move(difference));
    if (answer.problems.errors.empty()) {
      tell(control::Severity::kWarning, "config", answer.problems.warnings);
      answer.applied = true;
      const std::lock_guard lock(links_.mutex);
      answer.revision = keep(loaded->sources, in_words(changes));
      if (!answer.revision) answer.problems.warnings.push_back({{file, 0, 0}, keeper_.trouble()});
      answer.changes = std::move(changes);
      return answer;
    }
  }
  refuse(answer);
  return answer;
}

void Configurator::refuse(const AppliedConfig& answer) {
  tell(control::Severity::kError, "config.refused", answer.problems.errors);
  links_.log.event(control::Severity::kError, "config.kept",
                   {{"file", answer.file},
                    {"errors", answer.problems.errors.size()},
                    {"reason", "nothing of it was taken over: what ran before runs on"}});
}

AppliedConfig Configurator::apply(const control::api::ApplyOrder& order) {
  const std::lock_guard one(one_);
  if (order.at_next_start) return lay_by();
  if (order.confirm_within) {
    const std::lock_guard lock(links_.mutex);
    if (const auto possible = keeper_.can_go_back(); !possible) return unable(possible.error());
  }
  return take(source_.load(), source_.file, [&](const config::Sources& sources, const std::string& changes) {
    if (!order.confirm_within) return keeper_.taken(sources, changes, unix_time());
    const Instant deadline = links_.now() + Ticks27::seconds(order.confirm_within->count());
    return keeper_.tried(sources, changes, unix_time(), deadline);
  });
}

AppliedConfig Configurator::unable(const std::string& why) const {
  AppliedConfig answer;
  answer.file = source_.file;
  answer.problems.errors.push_back({{source_.file, 0, 0}, why});
  return answer;
}

AppliedConfig Configurator::lay_by() {
  Loading loaded = source_.load();
  AppliedConfig answer;
  answer.file = source_.file;
  if (!loaded) {
    answer.problems = std::move(loaded.error());
    refuse(answer);
    return answer;
  }
  answer.problems.warnings = std::move(loaded->warnings);
  const std::lock_guard lock(links_.mutex);
  const auto number = keeper_.laid_by(loaded->sources, "for the next start", unix_time());
  if (!number) return unable(number.error());
  answer.revision = *number;
  return answer;
}

AppliedConfig Configurator::diff() {
  const std::lock_guard one(one_);
  Loading loaded = source_.load();
  AppliedConfig answer = judge(loaded, source_.file);
  if (!loaded) return answer;
  const std::shared_ptr<const config::Configuration> running = links_.running;
  if (answer.problems.errors.empty()) align_ports(*running, loaded->configuration);
  const config::Difference difference = config::difference(*running, loaded->configuration);
  answer.changes = config::changes(difference, *running, loaded->configuration);
  return answer;
}

AppliedConfig Configurator::roll_back(std::optional<std::uint32_t> revision) {
  const std::lock_guard one(one_);
  return roll_back_alone(revision);
}

AppliedConfig Configurator::roll_back_alone(std::optional<std::uint32_t> revision) {
  const auto kept = [&] {
    const std::lock_guard lock(links_.mutex);
    return keeper_.kept(revision);
  }();
  if (!kept) return unable(kept.error());
  return take(source_.load_kept(kept->sources), kept->sources.root,
              [&](const config::Sources& sources, const std::string& changes) {
                return keeper_.taken(sources, fmt::format("back to revision {}: {}", kept->number, changes),
                                     unix_time());
              });
}

std::expected<void, std::string> Configurator::confirm() {
  const std::lock_guard lock(links_.mutex);
  return keeper_.confirm();
}

std::vector<control::api::RevisionSnapshot> Configurator::revisions() {
  const std::lock_guard lock(links_.mutex);
  return keeper_.list();
}

void Configurator::go_back() {
  const std::lock_guard one(one_);
  std::optional<std::uint32_t> before;
  {
    // Another was taken over while this waited for its turn.
    const std::lock_guard lock(links_.mutex);
    if (!keeper_.overdue(links_.now())) return;
    keeper_.give_up();
    before = keeper_.before_trial();
  }
  links_.log.event(control::Severity::kWarning, "config.unconfirmed",
                   {{"reason", "nobody confirmed it in time: the revision before runs again"}});
  const AppliedConfig answer = roll_back_alone(before);
  if (answer.applied) return;
  const std::lock_guard lock(links_.mutex);
  keeper_.set_trouble(
      fmt::format("what nobody confirmed could not be taken back: {}", answer.problems.errors.front().text));
}

template <typename Work>
void Configurator::begin(Work work) {
  working_ = std::async(std::launch::async, [this, work] {
    try {
      work();
    } catch (const std::exception& error) {
      links_.log.event(control::Severity::kError, "config.kept",
                       {{"file", source_.file}, {"reason", error.what()}});
      const std::lock_guard lock(links_.mutex);
      keeper_.set_trouble(fmt::format("what was begun in the background failed: {}", error.what()));
    }
  });
}

void Configurator::tick(Instant now) {
  if (ending_) return;
  // One that runs may have read the file before it changed: the next one follows.
  if (working_.valid() && working_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return;
  if (keeper_.overdue(now)) {
    begin([this] { go_back(); });
  } else if (std::exchange(reload_wanted_, false)) {
    begin([this] { static_cast<void>(apply({})); });
  }
}

void Configurator::end() {
  ending_ = true;
  if (working_.valid()) working_.wait();
}

std::vector<std::string> Configurator::problems(Instant now) const {
  std::vector<std::string> problems;
  if (const auto left = keeper_.left(now)) {
    problems.push_back(
        fmt::format("configuration: what was applied is taken back in {} s: `hwctl config confirm` keeps it",
                    left->value / kTicksPerSecond));
  }
  if (!keeper_.trouble().empty()) problems.push_back("configuration: " + keeper_.trouble());
  return problems;
}

// An operator reads no more of them in a log.
void Configurator::tell(control::Severity severity, std::string_view event,
                        const std::vector<config::Problem>& problems) {
  for (const config::Problem& problem : problems | std::views::take(kProblemsInLog))
    links_.log.event(severity, event, {{"reason", problem.to_string()}});
  if (problems.size() > kProblemsInLog)
    links_.log.event(severity, event,
                     {{"reason", fmt::format("and {} more", problems.size() - kProblemsInLog)}});
}

}  // namespace headwater::daemon
