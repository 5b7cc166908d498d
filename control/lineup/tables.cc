// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/tables.h"

#include <algorithm>
#include <optional>

#include "psi/tables/streams.h"

namespace headwater::control {

namespace {

constexpr std::uint8_t kPrivateDataSpecifier = 0x5F;  // EN 300 468 6.2.31

// EN 300 468 table 12: the descriptors of an SDT that speak of the service itself. Others name services,
// events or networks by numbers that are not ours (linkage, NVOD references, mosaic, announcements, cells),
// or repeat a name that the operator may have changed.
bool speaks_of_the_service(std::uint8_t tag, bool scrambled_passed) {
  switch (tag) {
    case 0x49:  // country_availability
    case 0x50:  // component
    case 0x57:  // telephone
    case 0x64:  // data_broadcast
    case 0x73:  // default_authority
    case 0x7E:  // FTA_content_management
      return true;
    case 0x53:  // CA_identifier
      return scrambled_passed;
    default:
      return false;
  }
}

// EN 300 468 table 12: 0x80..0xFE are user private, read by the private_data_specifier before them.
bool is_private(std::uint8_t tag) {
  return tag >= 0x80 && tag != 0xFF;
}

void remap(std::vector<psi::Descriptor>& descriptors, const std::map<Pid, Pid>& out) {
  for (psi::Descriptor& descriptor : descriptors) {
    if (descriptor.tag != kCaDescriptorTag || descriptor.data.size() < 4) continue;
    const std::uint16_t field = load_be16(&descriptor.data[2]);
    const auto it = out.find(Pid::from_wire(field));
    if (it == out.end()) continue;
    store_be16(&descriptor.data[2], static_cast<std::uint16_t>((field & 0xE000) | it->second.value()));
  }
}

}  // namespace

void remap(psi::Pmt& pmt, const std::map<Pid, Pid>& out) {
  const auto moved = [&](Pid pid) {
    const auto it = out.find(pid);
    return it == out.end() ? pid : it->second;
  };
  pmt.pcr_pid = moved(pmt.pcr_pid);
  remap(pmt.descriptors, out);
  for (psi::Pmt::Stream& stream : pmt.streams) {
    stream.pid = moved(stream.pid);
    remap(stream.descriptors, out);
  }
}

psi::Pat make_pat(const ChannelNumbers& numbers, Pid pmt_pid) {
  psi::Pat pat;
  pat.transport_stream_id = numbers.transport_stream_id.value_or(0);
  pat.programs.push_back({numbers.service_id.value_or(0), pmt_pid});
  return pat;
}

std::uint8_t service_type_of(const std::vector<Component>& components) {
  const auto codec_of = [&](psi::StreamKind kind) -> std::optional<std::string> {
    const auto it = std::find_if(components.begin(), components.end(),
                                 [&](const Component& component) { return component.info.kind == kind; });
    return it == components.end() ? std::nullopt : std::optional(it->info.codec);
  };
  if (const auto video = codec_of(psi::StreamKind::kVideo)) {
    if (*video == "HEVC") return 0x1F;   // HEVC digital television service
    if (*video == "H.264") return 0x19;  // H.264/AVC HD digital television service
    return 0x01;                         // digital television service
  }
  if (const auto audio = codec_of(psi::StreamKind::kAudio)) {
    return *audio == "MP2" ? 0x02 : 0x0A;  // digital radio sound; advanced codec digital radio sound
  }
  return 0x0C;  // data broadcast service
}

std::vector<psi::Descriptor> true_descriptors(const psi::Sdt::Service& service, bool scrambled_passed) {
  std::vector<psi::Descriptor> kept;
  std::optional<psi::Descriptor> specifier;  // not yet written: nothing that it speaks for was kept
  for (const psi::Descriptor& descriptor : service.descriptors) {
    if (descriptor.tag == kPrivateDataSpecifier) {
      specifier = descriptor;
    } else if (is_private(descriptor.tag)) {
      if (specifier) kept.push_back(*specifier);
      specifier.reset();
      kept.push_back(descriptor);
    } else if (speaks_of_the_service(descriptor.tag, scrambled_passed)) {
      kept.push_back(descriptor);
    }
  }
  return kept;
}

psi::Sdt make_sdt(const config::Channel& channel, const config::Headend& headend,
                  const ChannelNumbers& numbers, const psi::Sdt* input, std::uint16_t program,
                  const std::vector<Component>& components) {
  psi::Sdt::Service service;
  service.id = numbers.service_id.value_or(0);
  service.running_status = 4;  // EN 300 468 table 6: running

  // EN 300 468 5.2.3: service_id is program_number.
  const psi::Sdt::Service* theirs = nullptr;
  if (input != nullptr) {
    const auto it = std::find_if(input->services.begin(), input->services.end(),
                                 [&](const psi::Sdt::Service& each) { return each.id == program; });
    if (it != input->services.end()) theirs = &*it;
  }
  std::optional<psi::ServiceDescriptor> described;
  if (theirs != nullptr) {
    service.free_ca = theirs->free_ca;
    described = psi::find_service_descriptor(theirs->descriptors);
  }
  psi::ServiceDescriptor own;
  own.name = channel.name;
  own.provider = channel.provider.empty() && described ? described->provider : channel.provider;
  own.type = channel.service_type.value_or(described ? described->type : service_type_of(components));
  service.descriptors.push_back(psi::encode(own));
  if (theirs != nullptr) {
    const bool passed = channel.scrambled == config::Channel::Scrambled::kPass;
    for (psi::Descriptor& descriptor : true_descriptors(*theirs, passed))
      service.descriptors.push_back(std::move(descriptor));
  }

  psi::Sdt sdt;
  sdt.transport_stream_id = numbers.transport_stream_id.value_or(0);
  sdt.original_network_id = headend.original_network_id;
  sdt.services.push_back(std::move(service));
  return sdt;
}

}  // namespace headwater::control
