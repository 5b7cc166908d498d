// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/program.h"

#include <fmt/core.h>

#include <cstddef>

#include "psi/tables/streams.h"

namespace headwater::control {

namespace {

std::string service_name(const psi::Sdt* sdt, std::uint16_t number) {
  if (sdt == nullptr) return {};
  for (const psi::Sdt::Service& service : sdt->services) {
    if (service.id != number) continue;
    const auto descriptor = psi::find_service_descriptor(service.descriptors);
    return descriptor ? descriptor->name : std::string();
  }
  return {};
}

// "11100 (Das Erste HD), 11110 (ZDF HD)"; a long list ends in how many more there are.
std::string choices(const Carried& carried) {
  constexpr std::size_t kShown = 12;
  std::string text;
  std::size_t shown = 0;
  for (const auto& [number, program] : carried.programs) {
    if (shown == kShown) return text + fmt::format(" and {} more", carried.programs.size() - kShown);
    if (shown++ != 0) text += ", ";
    text += std::to_string(number);
    const std::string name = service_name(carried.sdt, number);
    if (!name.empty()) text += " (" + name + ")";
  }
  return text;
}

}  // namespace

std::expected<ChosenProgram, NoProgram> choose_program(const config::Channel& channel,
                                                       const std::string& input, const Carried& carried,
                                                       std::optional<std::uint16_t> last) {
  const auto wait = [](std::string reason, bool keep_last, std::optional<std::uint16_t> number = {}) {
    return std::unexpected(NoProgram{ChannelState::kWaiting, std::move(reason), keep_last, number});
  };
  const auto& programs = carried.programs;
  // Its tables still hold, should it come back. How long it has been is the input's to say, not a decision.
  if (carried.signal == Carried::Signal::kLost) {
    return wait(fmt::format("input \"{}\": no valid packets for over {} s", input,
                            Carried::kSilence.value / Ticks27::seconds(1).value),
                true, channel.program ? channel.program : last);
  }
  if (carried.pat == nullptr) {
    switch (carried.signal) {
      case Carried::Signal::kLost:
      case Carried::Signal::kNone:
        return wait(fmt::format("no packets on input \"{}\" yet", input), true);
      case Carried::Signal::kTables:
        return wait(fmt::format("no PAT on input \"{}\" yet", input), true);
      case Carried::Signal::kNoTables:
        return std::unexpected(NoProgram{
            ChannelState::kRefused,
            fmt::format(
                "input \"{}\" carries packets but no program tables (no PAT): there is no program to take",
                input),
            false,
            {}});
    }
  }
  if (channel.program && !programs.contains(*channel.program)) {
    if (programs.empty()) {
      return wait(
          fmt::format("program {} is not in input \"{}\": its PAT names none", *channel.program, input), true,
          channel.program);
    }
    return wait(fmt::format("program {} is not in input \"{}\", which carries {}", *channel.program, input,
                            choices(carried)),
                true, channel.program);
  }
  if (programs.empty()) return wait(fmt::format("the PAT of input \"{}\" names no program", input), true);

  ChosenProgram chosen;
  if (channel.program) {
    chosen.number = *channel.program;
  } else if (programs.size() == 1) {
    chosen.number = programs.begin()->first;
  } else if (last && programs.contains(*last)) {
    chosen.number = *last;
    chosen.note = fmt::format("input \"{}\" now carries several programs; {} is kept: name it with `program`",
                              input, *last);
  } else {
    return std::unexpected(
        NoProgram{ChannelState::kRefused,
                  fmt::format("input \"{}\" carries several programs: name one of them with `program`: {}",
                              input, choices(carried)),
                  false,
                  {}});
  }
  const Carried::Program& program = programs.at(chosen.number);
  if (program.pmt == nullptr && program.overdue) {
    return std::unexpected(
        NoProgram{ChannelState::kRefused,
                  fmt::format("no PMT of program {} comes on PID {:#x} of input \"{}\"{}", chosen.number,
                              program.pmt_pid.value(), input,
                              carried.broken_sections
                                  ? ": sections of the input are broken (a wrong CRC_32, cut, or too long)"
                                  : ""),
                  true, chosen.number});
  }
  if (program.pmt == nullptr) {
    return wait(fmt::format("no PMT of program {} on PID {:#x} of input \"{}\" yet", chosen.number,
                            program.pmt_pid.value(), input),
                true, chosen.number);
  }
  if (program.pmt->streams.empty()) {
    return wait(fmt::format("program {} of input \"{}\" has no streams at present", chosen.number, input),
                true, chosen.number);
  }
  chosen.pmt = program.pmt;
  chosen.pmt_pid = program.pmt_pid;
  chosen.at = program.at;
  return chosen;
}

}  // namespace headwater::control
