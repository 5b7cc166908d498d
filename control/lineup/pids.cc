// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/pids.h"

#include <fmt/core.h>

#include <set>

namespace headwater::control {

namespace {

constexpr const char* kKind = "pid";
constexpr const char* kPmtIdentity = "pmt";

bool usable(Pid pid) {
  return pid.value() >= kFirstFreePid && pid != kNullPid;
}

class Planner {
 public:
  Planner(const config::Channel& channel, const Store& store, std::vector<Allocation>& fresh)
      : channel_(channel), fresh_(fresh) {
    for (const Allocation& known : store.list(kKind, channel.id)) {
      const auto pid =
          known.value <= Pid::kMax ? Pid::from(static_cast<std::uint16_t>(known.value)) : std::nullopt;
      if (!pid || !usable(*pid)) continue;
      remembered_.insert_or_assign(known.key, *pid);
      once_used_.insert(*pid);
    }
  }

  // nullopt: done; else the message.
  std::optional<std::string> fix(const std::string& who, const std::string& key, Pid out) {
    if (!usable(out)) {
      return fmt::format("{}: {} cannot go out on PID {:#x}: allowed are {:#x} to {:#x}", key, who,
                         out.value(), kFirstFreePid, Pid::kMax - 1);
    }
    const auto [it, inserted] = taken_.emplace(out, who + " (" + key + ")");
    if (inserted) return std::nullopt;
    return fmt::format(
        "PID {:#x} of the output is wanted twice: by {} and by {} ({}): give one of them another",
        out.value(), it->second, who, key);
  }

  bool take(Pid out, const std::string& who) { return usable(out) && taken_.emplace(out, who).second; }

  std::optional<Pid> recall(const std::string& identity) {
    const auto known = remembered_.find(identity);
    if (known == remembered_.end() || !taken_.emplace(known->second, identity).second) return std::nullopt;
    return known->second;
  }

  std::optional<Pid> allocate(const std::string& identity) {
    // First one that this channel never used, so that a stream which comes back finds its PID free.
    const auto pid = next(never_used_, true);
    const auto chosen = pid ? pid : next(any_, false);
    if (!chosen) return std::nullopt;
    taken_.emplace(*chosen, identity);
    once_used_.insert(*chosen);
    fresh_.push_back({kKind, channel_.id, identity, chosen->value()});
    return chosen;
  }

 private:
  // From `first` up, then from the bottom. What is taken stays taken: `steps` need not go back.
  std::optional<Pid> next(std::uint32_t& steps, bool spare_once_used) const {
    for (; steps < Pid::kCount; ++steps) {
      const Pid pid = Pid::from_wire(static_cast<std::uint16_t>(channel_.pids.first + steps));
      if (usable(pid) && !taken_.contains(pid) && !(spare_once_used && once_used_.contains(pid))) return pid;
    }
    return std::nullopt;
  }

  const config::Channel& channel_;
  std::vector<Allocation>& fresh_;
  std::uint32_t never_used_ = 0;
  std::uint32_t any_ = 0;
  std::map<Pid, std::string> taken_;
  std::map<std::string, Pid> remembered_;
  std::set<Pid> once_used_;
};

}  // namespace

std::expected<PidPlanning, std::string> plan_pids(const config::Channel& channel, Pid input_pmt,
                                                  const std::vector<PidWish>& wishes, const Store& store,
                                                  std::vector<Allocation>& fresh) {
  const config::PidPlan& plan = channel.pids;
  Planner planner(channel, store, fresh);
  std::optional<Pid> pmt;
  PidPlanning result;
  const auto place = [&](const PidWish& wish, Pid out) { result.out.insert_or_assign(wish.in, out); };
  const auto open = [&](const PidWish& wish) { return !result.out.contains(wish.in); };

  // 1. Fixed by the operator.
  const auto mapped = [&](Pid in) -> std::optional<Pid> {
    const auto it = plan.map.find(in.value());
    return it == plan.map.end() ? std::nullopt : std::optional(it->second);
  };
  const auto mapped_key = [](Pid in) { return fmt::format("pids.map {:#x}", in.value()); };
  pmt = plan.pmt ? plan.pmt : mapped(input_pmt);
  if (pmt) {
    if (auto refusal = planner.fix("the PMT", plan.pmt ? "pids.pmt" : mapped_key(input_pmt), *pmt))
      return std::unexpected(std::move(*refusal));
  }
  for (const PidWish& wish : wishes) {
    const std::string who = fmt::format("input PID {:#x}", wish.in.value());
    auto out = mapped(wish.in);
    std::string key = mapped_key(wish.in);
    if (!out && wish.first_video && plan.video) {
      out = plan.video;
      key = "pids.video";
    }
    if (!out) continue;
    if (auto refusal = planner.fix(who, key, *out)) return std::unexpected(std::move(*refusal));
    place(wish, *out);
  }

  // 2. As in the input.
  if (plan.mode == config::PidPlan::Mode::kKeep) {
    if (!pmt && planner.take(input_pmt, "the PMT")) pmt = input_pmt;
    for (const PidWish& wish : wishes) {
      if (open(wish) && planner.take(wish.in, wish.identity)) place(wish, wish.in);
    }
  }

  // 3. As before.
  if (!pmt) pmt = planner.recall(kPmtIdentity);
  for (const PidWish& wish : wishes) {
    if (!open(wish)) continue;
    if (const auto out = planner.recall(wish.identity)) place(wish, *out);
  }

  // 4. New.
  if (!pmt) pmt = planner.allocate(kPmtIdentity);
  for (const PidWish& wish : wishes) {
    if (!open(wish)) continue;
    const auto out = planner.allocate(wish.identity);
    if (!out) return std::unexpected(std::string("no PID is left for the output"));
    place(wish, *out);
  }
  if (!pmt) return std::unexpected(std::string("no PID is left for the output's PMT"));
  result.pmt = *pmt;
  return result;
}

}  // namespace headwater::control
