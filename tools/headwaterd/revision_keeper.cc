// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/revision_keeper.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace headwater::daemon {

std::string in_words(const config::Changes& changes) {
  std::string out;
  const auto add = [&](std::size_t count, std::string_view what, std::string_view how) {
    if (count == 0) return;
    out += fmt::format("{}{} {}{} {}", out.empty() ? "" : ", ", count, what, count == 1 ? "" : "s", how);
  };
  for (const auto& [parts, what] :
       {std::pair(&changes.channels, "channel"), {&changes.inputs, "input"}, {&changes.ports, "port"}}) {
    add(parts->added.size(), what, "added");
    add(parts->changed.size(), what, "changed");
    add(parts->removed.size(), what, "removed");
  }
  if (changes.headend) out += fmt::format("{}the headend's own settings", out.empty() ? "" : ", ");
  return out.empty() ? "nothing differs" : out;
}

RevisionKeeper::RevisionKeeper(std::optional<control::Revisions> revisions,
                               std::optional<std::uint32_t> running, std::string trouble)
    : revisions_(std::move(revisions)), running_(running), trouble_(std::move(trouble)) {}

std::optional<std::uint32_t> RevisionKeeper::keep(const config::Sources& sources, const std::string& changes,
                                                  std::int64_t at, control::Standing standing) {
  if (!revisions_) return std::nullopt;
  const auto kept = revisions_->keep(at, standing, changes, config::pack(sources));
  if (kept) {
    trouble_.clear();
    return kept->number;
  }
  trouble_ = fmt::format("what runs could not be kept, the next start would run what was before: {}",
                         kept.error().text);
  return std::nullopt;
}

std::string RevisionKeeper::starting() {
  using control::Standing;
  if (!revisions_ || !running_) return {};
  const auto& list = revisions_->list();
  const Standing now = std::ranges::find(list, *running_, &control::Revision::number)->standing;
  if (now == Standing::kRan) {
    return fmt::format(
        "revision {} was started, which ran before, not the file: `headwaterd --take-file` runs "
        "the file",
        *running_);
  }
  const auto marked =
      revisions_->set(*running_, now == Standing::kStarting ? Standing::kStartingAgain : Standing::kStarting);
  if (!marked) {
    return fmt::format(
        "revision {} was started, for the first time, and will be again: `headwaterd --take-file` "
        "runs the file; {}",
        *running_, marked.error().text);
  }
  return fmt::format("revision {} was started, for the first time: the next start runs the one before it",
                     *running_);
}

void RevisionKeeper::failed() {
  if (!revisions_ || !running_) return;
  const auto& list = revisions_->list();
  const auto runs = std::ranges::find(list, *running_, &control::Revision::number);
  // That it could not be written was said by starting().
  if (runs->standing != control::Standing::kRan) {
    const auto marked = revisions_->set(*running_, control::Standing::kFailed);
    if (!marked) trouble_ = marked.error().text;
  }
}

void RevisionKeeper::started() {
  if (!revisions_ || !running_) return;
  if (const auto done = revisions_->set(*running_, control::Standing::kRan); !done)
    trouble_ = done.error().text;
}

// What a restart would run is what runs, of these sources.
bool RevisionKeeper::is_running(const config::Sources& sources) const {
  if (!revisions_ || !running_ || revisions_->list().front().number != *running_) return false;
  const auto packed = revisions_->sources(*running_);
  return packed && *packed == config::pack(sources);
}

std::optional<std::uint32_t> RevisionKeeper::taken(const config::Sources& sources, const std::string& changes,
                                                   std::int64_t at) {
  deadline_.reset();
  if (!is_running(sources)) return running_ = keep(sources, changes, at, control::Standing::kRan);
  trouble_.clear();
  started();
  return running_;
}

std::expected<void, std::string> RevisionKeeper::can_go_back() const {
  if (!revisions_) return std::unexpected(trouble_);
  if (deadline_) return {};
  if (!running_)
    return std::unexpected("what runs is kept as no revision, and there would be nothing to go back to: " +
                           trouble_);
  if (const auto waits = revisions_->newest_confirmed(); waits && waits->number > *running_)
    return std::unexpected(fmt::format(
        "revision {} waits for the next start, and would be lost: restart headwaterd first", waits->number));
  return {};
}

std::optional<std::uint32_t> RevisionKeeper::tried(const config::Sources& sources, const std::string& changes,
                                                   std::int64_t at, Instant deadline) {
  if (!deadline_) before_trial_ = running_;
  deadline_ = deadline;
  return running_ = keep(sources, changes, at, control::Standing::kTried);
}

std::expected<std::uint32_t, std::string> RevisionKeeper::laid_by(const config::Sources& sources,
                                                                  const std::string& changes,
                                                                  std::int64_t at) {
  if (deadline_)
    return std::unexpected(
        "what runs waits to be confirmed: `hwctl config confirm` or `hwctl config rollback` first");
  const auto number = keep(sources, changes, at, control::Standing::kConfirmed);
  if (!number) return std::unexpected(trouble_);
  const std::vector<control::Revision> list = revisions_->list();
  for (const control::Revision& each : list) {
    if (each.number == *number || each.standing != control::Standing::kConfirmed) continue;
    if (const auto done = revisions_->set(each.number, control::Standing::kTried); !done)
      return std::unexpected(done.error().text);
  }
  trouble_ = fmt::format("revision {} waits for the next start, and runs from then on", *number);
  return *number;
}

std::expected<void, std::string> RevisionKeeper::confirm() {
  if (!deadline_) return std::unexpected("nothing waits to be confirmed");
  if (!running_) return std::unexpected(trouble_);
  if (revisions_) {
    if (const auto done = revisions_->set(*running_, control::Standing::kRan); !done)
      return std::unexpected(done.error().text);
  }
  deadline_.reset();
  return {};
}

std::optional<Ticks27> RevisionKeeper::left(Instant now) const {
  if (!deadline_) return std::nullopt;
  return std::max(*deadline_ - now, Ticks27{});
}

std::expected<RevisionKeeper::Kept, std::string> RevisionKeeper::kept(
    std::optional<std::uint32_t> number) const {
  if (!revisions_) return std::unexpected(trouble_);
  if (!number) {
    const auto found = revisions_->newest_that_ran(running_);
    if (!found) return std::unexpected("there is no other revision that has run to go back to");
    number = found->number;
  }
  const auto packed = revisions_->sources(*number);
  if (!packed) return std::unexpected(packed.error().text);
  if (!*packed)
    return std::unexpected(fmt::format("no revision {}: `hwctl config history` lists them", *number));
  auto sources = config::unpack(**packed);
  if (!sources) return std::unexpected(fmt::format("revision {} was kept by another version", *number));
  return Kept{*number, std::move(*sources)};
}

std::vector<control::api::RevisionSnapshot> RevisionKeeper::list() const {
  std::vector<control::api::RevisionSnapshot> list;
  if (!revisions_) return list;
  list.reserve(revisions_->list().size());
  for (const control::Revision& each : revisions_->list()) {
    list.push_back({.number = each.number,
                    .taken_at = each.taken_at,
                    .confirmed = each.confirmed(),
                    .runs = each.number == running_,
                    .changes = each.changes});
  }
  return list;
}

}  // namespace headwater::daemon
