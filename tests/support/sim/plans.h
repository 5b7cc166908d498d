// SPDX-License-Identifier: Apache-2.0
//
// Plans by hand, for tests of the dataplane without control: port 0 receives, port 1 sends.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dataplane/plan/plan.h"
#include "psi/tables/tables.h"
#include "tests/support/program_generator.h"
#include "tests/support/sim/sender.h"

namespace headwater::test {

// Group of the output in a slot: 239.20.0.slot, port 5000.
[[nodiscard]] wire::Ipv4Address group_of(std::uint32_t output_slot);
inline constexpr std::uint16_t kOutputPort = 5000;

// An input that takes what `carriage` delivers.
[[nodiscard]] dataplane::InputPlan input_plan(std::uint32_t slot, const Carriage& carriage);

// One program as an SPTS: routes of its streams (input PID -> output PID; those that are not in `moved` keep
// theirs), PAT, PMT at `pmt_pid` and SDT made for it.
struct OutputSpec {
  std::uint32_t slot = 0;
  std::uint32_t input = 0;
  std::uint8_t version = 0;  // of the PMT
  Pid pmt_pid = Pid::from_wire(0x20);
  std::map<std::uint16_t, std::uint16_t> moved{};
  bool rtp = false;
};
[[nodiscard]] dataplane::OutputPlan output_plan(const OutputSpec& spec, const ProgramSpec& program);

// A table as an image to insert.
[[nodiscard]] std::shared_ptr<const dataplane::PsiImage> pat_image(std::uint16_t program, Pid pmt_pid);
[[nodiscard]] std::shared_ptr<const dataplane::PsiImage> pmt_image(const psi::Pmt& pmt, Pid pid);

// The Plan of these parts: the inputs' PIDs are routed as the outputs ask, their PAT, PMT and SDT are PSI.
[[nodiscard]] dataplane::Plan plan_of(std::vector<dataplane::InputPlan> inputs,
                                      std::vector<dataplane::OutputPlan> outputs);

}  // namespace headwater::test
