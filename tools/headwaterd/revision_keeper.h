// SPDX-License-Identifier: Apache-2.0
//
// Which configuration the next start runs: what was taken over is kept as a revision, and one that has to be
// confirmed is gone back from when nobody does in time. What cannot be kept (a full disk) runs all the same,
// and says so. Time is an argument. Under the appliance's mutex.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/yaml/sources.h"
#include "control/api/config_control.h"
#include "control/store/revisions.h"
#include "psi/base/ticks.h"

namespace headwater::daemon {

// "2 channels added, 1 input changed"
[[nodiscard]] std::string in_words(const config::Changes& changes);

class RevisionKeeper {
 public:
  // `running`: the revision that was started from; none: a file. nullopt for `revisions`: `trouble` says why.
  RevisionKeeper(std::optional<control::Revisions> revisions, std::optional<std::uint32_t> running,
                 std::string trouble);

  // What `running` says is about to be started: one that has never run is marked, so that it does not keep
  // the headend dark for ever. Gives what to say where the start fails; empty: nothing. Once nobody else has
  // the state directory.
  [[nodiscard]] std::string starting();
  void failed();
  // It has come on the air.
  void started();
  // Taken over: it runs. Of the same sources as what runs it is that revision again, confirmed. nullopt: it
  // could not be kept, trouble() says why.
  std::optional<std::uint32_t> taken(const config::Sources& sources, const std::string& changes,
                                     std::int64_t at);
  // The same, but gone back from unless confirm() comes by `deadline`.
  std::optional<std::uint32_t> tried(const config::Sources& sources, const std::string& changes,
                                     std::int64_t at, Instant deadline);
  // Why tried() is not to be: there would be nothing to go back to.
  [[nodiscard]] std::expected<void, std::string> can_go_back() const;
  // For the next start, instead of what waited for it; what runs goes on. Not while that waits for confirm().
  std::expected<std::uint32_t, std::string> laid_by(const config::Sources& sources,
                                                    const std::string& changes, std::int64_t at);
  // The error is for the operator.
  [[nodiscard]] std::expected<void, std::string> confirm();

  // The time for confirm() is over.
  [[nodiscard]] bool overdue(Instant now) const { return deadline_ && now >= *deadline_; }
  // It was gone back from, or that has failed: nothing waits any more.
  void give_up() { deadline_.reset(); }
  // Until then; none: nothing waits for it.
  [[nodiscard]] std::optional<Ticks27> left(Instant now) const;

  // What ran before the one that is tried.
  [[nodiscard]] std::optional<std::uint32_t> before_trial() const { return before_trial_; }
  // What to go back to: of this number, or the newest before that which runs that has run.
  struct Kept {
    std::uint32_t number = 0;
    config::Sources sources;
  };
  [[nodiscard]] std::expected<Kept, std::string> kept(std::optional<std::uint32_t> number) const;

  [[nodiscard]] std::vector<control::api::RevisionSnapshot> list() const;
  // Why the next start would not run what runs now; empty: it would.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  void set_trouble(std::string trouble) { trouble_ = std::move(trouble); }

 private:
  [[nodiscard]] bool is_running(const config::Sources& sources) const;
  std::optional<std::uint32_t> keep(const config::Sources& sources, const std::string& changes,
                                    std::int64_t at, control::Standing standing);

  std::optional<control::Revisions> revisions_;
  std::optional<std::uint32_t> running_;
  std::optional<Instant> deadline_;
  std::optional<std::uint32_t> before_trial_;
  std::string trouble_;
};

}  // namespace headwater::daemon
