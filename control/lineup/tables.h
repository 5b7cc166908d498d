// SPDX-License-Identifier: Apache-2.0
//
// The tables of a single-program output as values: PAT, PMT, SDT, with what of the input's stays true. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "config/model/configuration.h"
#include "control/lineup/numbers.h"
#include "control/lineup/streams.h"
#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/tables/tables.h"

namespace headwater::control {

// ISO/IEC 13818-1 2.6.16: CA_system_ID, then CA_PID in the low 13 bits.
inline constexpr std::uint8_t kCaDescriptorTag = 0x09;
struct CaReference {
  std::uint16_t system_id = 0;
  Pid pid = kNullPid;  // of the ECMs
};

// Those at program level, then each stream's; a cut one is passed over.
template <typename Visit>
void for_each_ca_descriptor(const psi::Pmt& pmt, Visit&& visit) {
  const auto look = [&](const std::vector<psi::Descriptor>& descriptors) {
    for (const psi::Descriptor& descriptor : descriptors) {
      if (descriptor.tag != kCaDescriptorTag || descriptor.data.size() < 4) continue;
      visit(CaReference{load_be16(descriptor.data.data()), Pid::from_wire(load_be16(&descriptor.data[2]))});
    }
  };
  look(pmt.descriptors);
  for (const psi::Pmt::Stream& stream : pmt.streams) look(stream.descriptors);
}

// Every PID that the PMT names: streams, PCR_PID, CA_PIDs. What is not in `out` stays.
void remap(psi::Pmt& pmt, const std::map<Pid, Pid>& out);

[[nodiscard]] psi::Pat make_pat(const ChannelNumbers& numbers, Pid pmt_pid);

// `input` may be nullptr: then everything is the configuration's and the streams'.
[[nodiscard]] psi::Sdt make_sdt(const config::Channel& channel, const config::Headend& headend,
                                const ChannelNumbers& numbers, const psi::Sdt* input, std::uint16_t program,
                                const std::vector<Component>& components);

// EN 300 468 table 87, from what the streams are.
[[nodiscard]] std::uint8_t service_type_of(const std::vector<Component>& components);

// The descriptors of the input's service that are still true of ours, in their order; the service_descriptor
// itself is not among them.
[[nodiscard]] std::vector<psi::Descriptor> true_descriptors(const psi::Sdt::Service& service,
                                                            bool scrambled_passed);

}  // namespace headwater::control
