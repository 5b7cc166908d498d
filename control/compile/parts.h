// SPDX-License-Identifier: Apache-2.0
//
// The steps of the compiler: a single input's and a single output's part of the Plan, from what concerns it.
// Pure.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "control/compile/compiler.h"
#include "control/lineup/decision.h"
#include "dataplane/plan/plan.h"

namespace headwater::control {

// A port of the configuration with what is known of the device.
struct KnownPort {
  const config::Port* config = nullptr;
  std::optional<PortFact> fact;  // none: it does not stand
};
using KnownPorts = std::map<std::string, KnownPort>;
[[nodiscard]] KnownPorts know_ports(const config::Configuration& configuration,
                                    const std::vector<PortFact>& facts);

// Frames that the history of an input must hold; the ring is the next power of two.
[[nodiscard]] std::uint64_t frames_needed(const config::Input& input, std::uint64_t greatest_delay_ms);

// Frames of its port that it may hold at once: a full ring, and what waits to be put in order.
[[nodiscard]] std::uint64_t frames_held(const dataplane::InputPlan& plan);

// All but slot, life and pids. The error is a message for the operator.
[[nodiscard]] std::expected<dataplane::InputPlan, std::string> plan_input(const config::Input& input,
                                                                          const KnownPorts& ports,
                                                                          std::uint64_t greatest_delay_ms);

// A PID that an output takes of an input.
struct TakenPid {
  Pid in = kNullPid;
  bool watched = false;  // its absence is an error
};

// `taken`: by any output; `pmts`: that outputs go by. Both may repeat.
[[nodiscard]] dataplane::PidMap<dataplane::InputPidAction> plan_input_pids(const std::vector<Pid>& psi_pids,
                                                                           const std::vector<TakenPid>& taken,
                                                                           const std::vector<Pid>& pmts);

[[nodiscard]] std::expected<dataplane::Destination, std::string> plan_destination(
    const config::Output& output, const KnownPorts& ports, const RtpNumbers* rtp);

[[nodiscard]] dataplane::PidMap<std::uint16_t> plan_routes(const std::vector<RoutedPid>& pids,
                                                           bool keep_nulls);

// The set as the Plan's images; what equals one of `before` is that one.
[[nodiscard]] std::vector<std::shared_ptr<const dataplane::PsiImage>> plan_images(
    const TableSet& tables, const std::vector<std::shared_ptr<const dataplane::PsiImage>>& before);

// From which packet on a change from one set of the input's tables to the next holds; none: no change.
[[nodiscard]] std::optional<StreamPosition> change_at(const TablesAt& before, const TablesAt& now);

}  // namespace headwater::control
