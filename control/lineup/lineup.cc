// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/lineup.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "control/lineup/pids.h"
#include "control/lineup/program.h"
#include "control/lineup/streams.h"
#include "control/lineup/tables.h"
#include "psi/tables/streams.h"

namespace headwater::control {

namespace {

std::string join(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

// The program as it goes out, but for its PIDs: streams filtered, everything else as it came.
psi::Pmt filtered(const psi::Pmt& pmt, const std::vector<Component>& components) {
  psi::Pmt out;
  out.program_number = pmt.program_number;
  out.pcr_pid = pmt.pcr_pid;
  out.descriptors = pmt.descriptors;
  for (const Component& component : components) out.streams.push_back(component.stream);
  return out;
}

std::string ca_systems(const psi::Pmt& pmt) {
  std::set<std::uint16_t> systems;
  for_each_ca_descriptor(pmt, [&](const CaReference& ca) { systems.insert(ca.system_id); });
  std::vector<std::string> words;
  words.reserve(systems.size());
  for (const std::uint16_t system : systems) words.push_back(fmt::format("{:#06x}", system));
  return join(words, ", ");
}

// Collects each input PID once, with what it is.
class Wishes {
 public:
  void add_streams(const std::vector<Component>& components) {
    bool video_seen = false;
    for (const Component& component : components) {
      const psi::StreamInfo& info = component.info;
      const bool video = info.kind == psi::StreamKind::kVideo;
      const std::string kind(psi::to_string(info.kind));
      add(component.stream.pid, kind + "/" + info.codec + "/" + join(info.languages, "+"),
          video && !video_seen, {.kind = kind, .codec = info.codec, .languages = info.languages});
      video_seen = video_seen || video;
    }
  }
  void add_pcr(Pid pid) { add(pid, "pcr", false, {.kind = "pcr", .codec = {}, .languages = {}}); }
  void add_ecm(const CaReference& ca) {
    add(ca.pid, fmt::format("ecm/{:#06x}", ca.system_id), false,
        {.kind = "ecm", .codec = {}, .languages = {}});
  }

  [[nodiscard]] bool contains(Pid pid) const { return seen_.contains(pid); }
  [[nodiscard]] const std::vector<PidWish>& list() const { return wishes_; }
  [[nodiscard]] std::vector<RoutedPid> routed(const PidPlanning& planned) const {
    std::vector<RoutedPid> pids = pids_;
    for (RoutedPid& pid : pids) pid.out = planned.out.at(pid.in);
    return pids;
  }

 private:
  void add(Pid pid, const std::string& sort, bool first_video, RoutedPid routed) {
    if (!seen_.insert(pid).second) return;
    wishes_.push_back({pid, fmt::format("{}/{}", sort, ordinals_[sort]++), first_video});
    routed.in = pid;
    pids_.push_back(std::move(routed));
  }

  std::set<Pid> seen_;
  std::map<std::string, unsigned> ordinals_;
  std::vector<PidWish> wishes_;
  std::vector<RoutedPid> pids_;
};

Decision refuse(Decision decision, std::string reason) {
  decision.state = ChannelState::kRefused;
  decision.reason = std::move(reason);
  return decision;
}

}  // namespace

std::string_view to_string(ChannelState state) {
  switch (state) {
    case ChannelState::kOnAir:
      return "on-air";
    case ChannelState::kWaiting:
      return "waiting";
    case ChannelState::kRefused:
      return "refused";
    case ChannelState::kParked:
      return "parked";
  }
  return "refused";
}

Decision decide(const DecisionRequest& request, const Store& store, std::vector<Allocation>& fresh) {
  const config::Channel& channel = request.channel;
  Decision decision;
  if (!channel.enabled) {
    decision.state = ChannelState::kParked;
    decision.reason = "disabled in the configuration";
    return decision;
  }
  if (channel.inputs.empty()) return refuse(decision, "the channel has no input");
  const std::string& input = channel.inputs.front();
  decision.input = input;
  if (request.input == nullptr)
    return refuse(decision, fmt::format("input \"{}\" is not in the configuration", input));
  if (!request.input->enabled) {
    decision.reason = fmt::format("input \"{}\" is disabled in the configuration", input);
    return decision;
  }
  if (channel.outputs.empty()) return refuse(decision, "the channel has no output");
  if (!request.numbers.service_id) return refuse(decision, "no service_id is left: set `service_id`");
  if (!request.numbers.transport_stream_id)
    return refuse(decision, "no transport_stream_id is left: set `transport_stream_id`");

  const Carried nothing;
  const Carried& carried = request.carried != nullptr ? *request.carried : nothing;
  auto chosen = choose_program(channel, input, carried, request.last_program);
  if (!chosen) {
    // What is on the air stays, as long as there is hope; a channel that never was is refused.
    const bool waits = chosen.error().keep_last && request.on_air;
    decision.state = waits ? ChannelState::kWaiting : chosen.error().state;
    decision.reason = std::move(chosen.error().reason);
    decision.keep_last = chosen.error().keep_last;
    decision.program = chosen.error().number;
    return decision;
  }
  decision.program = chosen->number;
  if (chosen->note) decision.notes.push_back(std::move(*chosen->note));

  const std::vector<Component> components = select_streams(channel.streams, *chosen->pmt, decision.notes);
  if (components.empty()) {
    return refuse(decision, fmt::format("no stream of program {} passes the channel's filter; it has {}",
                                        chosen->number, list_streams(*chosen->pmt)));
  }
  psi::Pmt pmt = filtered(*chosen->pmt, components);
  const bool scrambled = psi::has_ca_descriptor(pmt);
  if (scrambled && channel.scrambled == config::Channel::Scrambled::kRefuse) {
    return refuse(
        decision,
        fmt::format("scrambled: program {} names CA systems {}; `scrambled: pass` sends it as it is",
                    chosen->number, ca_systems(pmt)));
  }
  if (pmt.pcr_pid != kNullPid && !can_carry_stream(pmt.pcr_pid)) {
    decision.notes.push_back(
        fmt::format("the PMT of program {} names PCR_PID {:#x}, which can carry none: sent as none",
                    chosen->number, pmt.pcr_pid.value()));
    pmt.pcr_pid = kNullPid;
  }

  Wishes wishes;
  wishes.add_streams(components);
  // ISO/IEC 13818-1 2.4.4.9: the PCR_PID need not be a stream of the program. It goes out whole.
  if (pmt.pcr_pid != kNullPid) wishes.add_pcr(pmt.pcr_pid);
  for_each_ca_descriptor(pmt, [&](const CaReference& ca) {
    if (can_carry_stream(ca.pid)) wishes.add_ecm(ca);
  });

  const auto planned = plan_pids(channel, chosen->pmt_pid, wishes.list(), store, fresh);
  if (!planned) return refuse(decision, planned.error());
  remap(pmt, planned->out);
  pmt.program_number = *request.numbers.service_id;

  decision.state = ChannelState::kOnAir;
  decision.pcr_pid = pmt.pcr_pid;
  decision.pmt_pid = planned->pmt;
  decision.input_pmt_pid = chosen->pmt_pid;
  decision.pids = wishes.routed(*planned);
  if (!wishes.contains(kTdtPid)) {
    decision.pids.push_back({.in = kTdtPid, .out = kTdtPid, .kind = "tdt", .codec = {}, .languages = {}});
  }
  decision.pat = make_pat(request.numbers, planned->pmt);
  if (carried.sdt != nullptr || !carried.sdt_expected) {
    decision.sdt =
        make_sdt(channel, request.headend, request.numbers, carried.sdt, chosen->number, components);
  }
  decision.pmt = std::move(pmt);
  decision.at = {.pat = carried.pat_at, .pmt = chosen->at, .sdt = carried.sdt_at};
  return decision;
}

}  // namespace headwater::control
