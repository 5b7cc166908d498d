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
                                                  std::int64_t at, bool confirmed) {
  if (!revisions_) return std::nullopt;
  const auto kept = revisions_->keep(at, confirmed, changes, config::pack(sources));
  if (kept) {
    trouble_.clear();
    return kept->number;
  }
  trouble_ = fmt::format("what runs could not be kept, the next start would run what was before: {}",
                         kept.error().text);
  return std::nullopt;
}

std::optional<std::uint32_t> RevisionKeeper::taken(const config::Sources& sources, const std::string& changes,
                                                   std::int64_t at) {
  deadline_.reset();
  return running_ = keep(sources, changes, at, true);
}

std::optional<std::uint32_t> RevisionKeeper::tried(const config::Sources& sources, const std::string& changes,
                                                   std::int64_t at, Instant deadline) {
  deadline_ = deadline;
  return running_ = keep(sources, changes, at, false);
}

std::optional<std::uint32_t> RevisionKeeper::laid_by(const config::Sources& sources,
                                                     const std::string& changes, std::int64_t at) {
  const auto number = keep(sources, changes, at, true);
  if (number) trouble_ = fmt::format("revision {} waits for the next start, and runs from then on", *number);
  return number;
}

std::expected<void, std::string> RevisionKeeper::confirm() {
  if (!deadline_) return std::unexpected("nothing waits to be confirmed");
  if (revisions_) {
    if (const auto done = revisions_->confirm(); !done) return std::unexpected(done.error().text);
  }
  deadline_.reset();
  return {};
}

bool RevisionKeeper::overdue(Instant now) {
  if (!deadline_ || now < *deadline_) return false;
  deadline_.reset();
  return true;
}

std::optional<Ticks27> RevisionKeeper::left(Instant now) const {
  if (!deadline_) return std::nullopt;
  return std::max(*deadline_ - now, Ticks27{});
}

std::expected<RevisionKeeper::Kept, std::string> RevisionKeeper::kept(
    std::optional<std::uint32_t> number) const {
  if (!revisions_) return std::unexpected(trouble_);
  if (!number) {
    const auto& list = revisions_->list();
    const auto found = std::ranges::find_if(list, [&](const control::Revision& each) {
      return each.confirmed && (!running_ || each.number < *running_);
    });
    if (found == list.end()) return std::unexpected("there is no other confirmed revision to go back to");
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
                    .confirmed = each.confirmed,
                    .runs = each.number == running_,
                    .changes = each.changes});
  }
  return list;
}

}  // namespace headwater::daemon
