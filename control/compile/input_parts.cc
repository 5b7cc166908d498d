// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <bit>

#include "control/compile/parts.h"
#include "dataplane/plan/file_timing.h"

namespace headwater::control {

namespace {

constexpr double kPacketBits = 188 * 8;
// Datagrams of seven packets, as nearly all senders send, and a quarter more for those that fill them less.
constexpr double kFullFrameBits = 7 * kPacketBits;
constexpr double kSpare = 1.25;
// Senders of a single packet a datagram are on the air, with one standard definition service or a radio.
constexpr double kSinglePacketsRate = 8'000'000;
constexpr Ticks27 kSlack = Ticks27::milliseconds(50);  // of a turn of the worker
constexpr std::uint64_t kLeastFrames = 64;
// Beyond any memory, so that what follows stays in range: such a Plan is refused by its sum.
constexpr double kMostFrames = 1 << 30;
constexpr std::uint64_t kMostMilliseconds = 1'000'000'000;

double seconds(Ticks27 ticks) {
  return static_cast<double>(ticks.value) / static_cast<double>(kTicksPerSecond);
}

// A frame waits from its arrival to its last reader's departure: jitter depth and delay. A file's comes as
// far ahead as the feeder runs.
Ticks27 held_for(const config::Input& input, std::uint64_t greatest_delay_ms) {
  const auto milliseconds = [](std::uint64_t value) {
    return Ticks27::milliseconds(static_cast<std::int64_t>(std::min(value, kMostMilliseconds)));
  };
  const Ticks27 time = milliseconds(greatest_delay_ms) + kSlack;
  if (input.kind == config::Input::Kind::kFile)
    return time + dataplane::kFeedAhead + dataplane::kFeedPause + dataplane::kLongestFeedFrame;
  return time + milliseconds(input.jitter_ms) + milliseconds(input.reorder_ms);
}

double network_frames(const config::Input& input, double time) {
  const auto rate = static_cast<double>(input.max_rate);
  return time * std::max(rate / kFullFrameBits * kSpare, std::min(rate, kSinglePacketsRate) / kPacketBits);
}

// A frame is full, or as long as one may be, or ends a loop: a quarter.
double file_frames(const config::Input& input, double time) {
  const auto rate = static_cast<double>(std::max(input.max_rate, input.file_rate.value_or(0)));
  return time * (rate / kFullFrameBits * kSpare + 1 / seconds(dataplane::kLongestFeedFrame));
}

}  // namespace

KnownPorts know_ports(const config::Configuration& configuration, const std::vector<PortFact>& facts) {
  KnownPorts ports;
  for (const config::Port& port : configuration.ports) ports[port.id].config = &port;
  for (const PortFact& fact : facts) {
    const auto it = ports.find(fact.id);
    if (it != ports.end()) it->second.fact = fact;
  }
  return ports;
}

std::uint64_t frames_needed(const config::Input& input, std::uint64_t greatest_delay_ms) {
  const double time = seconds(held_for(input, greatest_delay_ms));
  const double frames =
      input.kind == config::Input::Kind::kFile ? file_frames(input, time) : network_frames(input, time);
  return std::max(kLeastFrames, static_cast<std::uint64_t>(std::min(frames, kMostFrames)));
}

std::uint64_t frames_held(const dataplane::InputPlan& plan) {
  const bool ordered = plan.encapsulation == dataplane::Encapsulation::kRtp;
  return std::uint64_t{plan.history_frames} + (ordered ? dataplane::InputPlan::kReorderFrames : 0);
}

std::expected<dataplane::InputPlan, std::string> plan_input(const config::Input& input,
                                                            const KnownPorts& ports,
                                                            std::uint64_t greatest_delay_ms) {
  dataplane::InputPlan plan;
  plan.id = input.id;
  plan.encapsulation = input.kind == config::Input::Kind::kRtp ? dataplane::Encapsulation::kRtp
                                                               : dataplane::Encapsulation::kUdp;
  plan.jitter_depth = Ticks27::milliseconds(static_cast<std::int64_t>(input.jitter_ms));
  plan.reorder_window = Ticks27::milliseconds(static_cast<std::int64_t>(input.reorder_ms));
  plan.history_frames = static_cast<std::uint32_t>(std::bit_ceil(frames_needed(input, greatest_delay_ms)));
  if (input.kind == config::Input::Kind::kFile) {
    plan.held_for = held_for(input, greatest_delay_ms);
    return plan;
  }

  const auto port = ports.find(input.port);
  if (port == ports.end())
    return std::unexpected(fmt::format("port \"{}\" is not in the configuration", input.port));
  if (!port->second.fact) return std::unexpected(fmt::format("port \"{}\" does not stand", input.port));
  const auto destination = wire::Ipv4Address::parse(input.group);
  if (!destination) return std::unexpected(fmt::format("\"{}\" is not an IPv4 address", input.group));
  dataplane::InputMatch match;
  match.port = port->second.fact->index;
  match.destination = *destination;
  match.udp_port = input.udp_port;
  if (input.from) {
    match.source = wire::Ipv4Address::parse(*input.from);
    if (!match.source) return std::unexpected(fmt::format("\"{}\" is not an IPv4 address", *input.from));
  }
  plan.match = match;
  return plan;
}

dataplane::PidMap<dataplane::InputPidAction> plan_input_pids(const std::vector<Pid>& psi_pids,
                                                             const std::vector<TakenPid>& taken,
                                                             const std::vector<Pid>& pmts) {
  dataplane::PidMap<dataplane::InputPidAction> pids;
  for (const TakenPid& pid : taken)
    pids.set(pid.in, {.psi = false, .routed = true, .watched = pid.watched || pids[pid.in].watched});
  for (const Pid pid : psi_pids) {
    dataplane::InputPidAction action = pids[pid];
    // Outside DVB a stream may have PID 0x0011: then no SDT is there to be assembled.
    action.psi = pid != kSdtPid || !action.routed;
    action.watched = action.watched || std::ranges::find(pmts, pid) != pmts.end();
    pids.set(pid, action);
  }
  return pids;
}

}  // namespace headwater::control
