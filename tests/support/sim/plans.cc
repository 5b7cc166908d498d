// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sim/plans.h"

#include <algorithm>

#include "psi/dvbpsi/encode.h"
#include "psi/section/packetiser.h"

namespace headwater::test {
namespace {

using dataplane::PsiImage;

Pid output_pid(const OutputSpec& spec, Pid in) {
  const auto moved = spec.moved.find(in.value());
  return moved == spec.moved.end() ? in : Pid::from_wire(moved->second);
}

std::shared_ptr<const PsiImage> image(PsiImage::Kind kind, Pid pid, Ticks27 interval,
                                      const std::vector<std::vector<std::uint8_t>>& sections) {
  PsiImage made;
  made.kind = kind;
  made.pid = pid;
  made.interval = interval;
  made.packets = psi::packetise(pid, sections);
  return std::make_shared<const PsiImage>(std::move(made));
}

constexpr Pid pid_at(std::uint32_t value) {
  return Pid::from_wire(static_cast<std::uint16_t>(value));
}

}  // namespace

wire::Ipv4Address group_of(std::uint32_t output_slot) {
  return {0xEF140000 + output_slot};
}

dataplane::InputPlan input_plan(std::uint32_t slot, const Carriage& carriage) {
  dataplane::InputPlan plan;
  plan.slot = {slot};
  plan.id = "input-" + std::to_string(slot);
  plan.match = dataplane::InputMatch{{0}, carriage.group, carriage.udp_port, carriage.source};
  plan.encapsulation = carriage.rtp ? dataplane::Encapsulation::kRtp : dataplane::Encapsulation::kUdp;
  return plan;
}

std::shared_ptr<const PsiImage> pat_image(std::uint16_t program, Pid pmt_pid) {
  psi::Pat pat;
  pat.transport_stream_id = 1;
  pat.programs = {{program, pmt_pid}};
  return image(PsiImage::Kind::kPat, kPatPid, Ticks27::milliseconds(100), psi::encode(pat).value());
}

std::shared_ptr<const PsiImage> pmt_image(const psi::Pmt& pmt, Pid pid) {
  return image(PsiImage::Kind::kPmt, pid, Ticks27::milliseconds(100), psi::encode(pmt).value());
}

dataplane::OutputPlan output_plan(const OutputSpec& spec, const ProgramSpec& program) {
  dataplane::OutputPlan plan;
  plan.slot = {spec.slot};
  plan.id = "output-" + std::to_string(spec.slot);
  plan.input = {spec.input};

  psi::Pmt pmt;
  pmt.program_number = program.number;
  pmt.version = spec.version;
  pmt.pcr_pid = program.pcr_pid == kNullPid ? kNullPid : output_pid(spec, program.pcr_pid);
  if (program.pcr_pid != kNullPid) plan.route.set(program.pcr_pid, pmt.pcr_pid.value());
  for (const StreamSpec& stream : program.streams) {
    const Pid out = output_pid(spec, stream.pid);
    plan.route.set(stream.pid, out.value());
    pmt.streams.push_back({stream.type, out, stream.descriptors});
  }
  psi::Sdt sdt;
  sdt.transport_stream_id = 1;
  sdt.original_network_id = 1;
  sdt.services = {{.id = program.number, .descriptors = {}}};
  plan.psi = {pat_image(program.number, spec.pmt_pid), pmt_image(pmt, spec.pmt_pid),
              image(PsiImage::Kind::kSdt, kSdtPid, Ticks27::seconds(1), psi::encode(sdt).value())};

  plan.destination.port = {1};
  plan.destination.source_mac = {{0x02, 0, 0, 0, 0, 0x10}};
  plan.destination.source = {0x0A020032};  // 10.2.0.50
  plan.destination.source_port = 4000;
  plan.destination.group = group_of(spec.slot);
  plan.destination.group_port = kOutputPort;
  plan.destination.rtp = spec.rtp;
  plan.destination.ssrc = 0x5A5A0000 + spec.slot;
  plan.destination.first_sequence = 65530;
  return plan;
}

dataplane::Plan plan_of(std::vector<dataplane::InputPlan> inputs,
                        std::vector<dataplane::OutputPlan> outputs) {
  dataplane::Plan plan;
  for (std::uint32_t i = 0; i < 2; ++i) {
    dataplane::PortPlan port;
    port.index = {i};
    port.id = i == 0 ? "west" : "east";
    port.mac = {{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(0x10 + i)}};
    port.addresses = {{0x0A01000A + i * 0x10000}};
    plan.ports.push_back(std::make_shared<const dataplane::PortPlan>(std::move(port)));
  }
  for (dataplane::InputPlan& input : inputs) {
    input.pids.set(kPatPid, {.psi = true});
    input.pids.set(kSdtPid, {.psi = true});
    for (const dataplane::OutputPlan& output : outputs) {
      if (output.input != input.slot) continue;
      for (std::uint32_t value = 0; value < Pid::kCount; ++value) {
        const Pid pid = pid_at(value);
        if (output.route[pid] == dataplane::OutputPlan::kNotRouted) continue;
        input.pids.set(pid, {.psi = input.pids[pid].psi, .routed = true});
      }
    }
    plan.inputs.set(std::make_shared<const dataplane::InputPlan>(std::move(input)));
  }
  for (dataplane::OutputPlan& output : outputs) {
    plan.outputs.set(std::make_shared<const dataplane::OutputPlan>(std::move(output)));
  }
  return plan;
}

}  // namespace headwater::test
