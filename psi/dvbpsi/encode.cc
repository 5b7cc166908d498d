// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/encode.h"

#include <cstddef>
#include <new>

#include <fmt/format.h>

#include "psi/dvbpsi/library.h"

namespace headwater::psi {
namespace {

using library::Owned;

constexpr std::size_t kLongFrame = 12;             // the header of a long section and its CRC_32
constexpr std::size_t kProgramsASection = 253;     // (1024 - 12) / 4
constexpr std::size_t kMaxSections = 256;          // section_number has 8 bits
constexpr std::size_t kSdtFrame = kLongFrame + 3;  // and original_network_id, reserved
constexpr std::uint8_t kMaxVersion = 31;
constexpr std::size_t kMaxDescriptor = 255;

using Failure = std::unexpected<std::string>;

std::expected<std::size_t, std::string> size_of(const std::vector<Descriptor>& descriptors) {
  std::size_t size = 0;
  for (const Descriptor& d : descriptors) {
    if (d.data.size() > kMaxDescriptor) {
      return Failure(fmt::format("descriptor 0x{:02X} has {} bytes, {} more than its length can say (255)",
                                 d.tag, d.data.size(), d.data.size() - kMaxDescriptor));
    }
    size += 2 + d.data.size();
  }
  return size;
}

template <typename T>
T* made(T* object) {
  if (object == nullptr) throw std::bad_alloc();
  return object;
}

// The library copies the bytes; its parameter only lacks the const.
std::uint8_t* bytes_of(const Descriptor& descriptor) {
  return const_cast<std::uint8_t*>(descriptor.data.data());
}

// PAT and PMT: the library's own sections, as it chained them.
Sections take_chain(dvbpsi_psi_section_t* chain) {
  std::vector<Owned<dvbpsi_psi_section_t>> sections;
  for (dvbpsi_psi_section_t* section = made(chain); section != nullptr;) {
    dvbpsi_psi_section_t* next = section->p_next;
    section->p_next = nullptr;
    sections.emplace_back(section);
    section = next;
  }
  return library::number_and_export(std::move(sections));
}

std::expected<void, std::string> check_version(std::uint8_t version) {
  if (version <= kMaxVersion) return {};
  return Failure(fmt::format("version_number {} has more than 5 bits", version));
}

}  // namespace

std::expected<Sections, std::string> encode(const Pat& pat) {
  if (auto version = check_version(pat.version); !version) return Failure("PAT: " + version.error());
  const std::size_t entries = pat.programs.size() + (pat.network_pid ? 1 : 0);
  if (entries > kMaxSections * kProgramsASection) {
    return Failure(fmt::format("PAT: {} programs, {} more than 256 sections hold", entries,
                               entries - kMaxSections * kProgramsASection));
  }
  const Owned<dvbpsi_pat_t> table(made(dvbpsi_pat_new(pat.transport_stream_id, pat.version, true)));
  if (pat.network_pid) made(dvbpsi_pat_program_add(table.get(), 0, pat.network_pid->value()));
  for (const Pat::Program& program : pat.programs) {
    if (program.number == 0) return Failure("PAT: program_number 0 is the network's, not a program's");
    made(dvbpsi_pat_program_add(table.get(), program.number, program.pmt_pid.value()));
  }
  const auto handle = library::make_handle();
  return take_chain(
      dvbpsi_pat_sections_generate(handle.get(), table.get(), static_cast<int>(kProgramsASection)));
}

std::expected<Sections, std::string> encode(const Pmt& pmt) {
  const std::string name = fmt::format("PMT of program {}: ", pmt.program_number);
  if (auto version = check_version(pmt.version); !version) return Failure(name + version.error());
  const auto program_info = size_of(pmt.descriptors);
  if (!program_info) return Failure(name + program_info.error());
  std::size_t size = kLongFrame + 4 + *program_info;
  for (const Pmt::Stream& stream : pmt.streams) {
    const auto info = size_of(stream.descriptors);
    if (!info) return Failure(fmt::format("{}PID {}: {}", name, stream.pid.value(), info.error()));
    size += 5 + *info;
  }
  // ISO/IEC 13818-1 2.4.4.8 and 2.4.4.9: section_length <= 1021 and section_number 0: a PMT cannot be split.
  if (size > kMaxPsiSection) {
    return Failure(
        fmt::format("{}{} bytes, {} more than a section holds (1024)", name, size, size - kMaxPsiSection));
  }
  const Owned<dvbpsi_pmt_t> table(
      made(dvbpsi_pmt_new(pmt.program_number, pmt.version, true, pmt.pcr_pid.value())));
  for (const Descriptor& d : pmt.descriptors) {
    made(
        dvbpsi_pmt_descriptor_add(table.get(), d.tag, static_cast<std::uint8_t>(d.data.size()), bytes_of(d)));
  }
  for (const Pmt::Stream& stream : pmt.streams) {
    dvbpsi_pmt_es_t* es = made(dvbpsi_pmt_es_add(table.get(), stream.type, stream.pid.value()));
    for (const Descriptor& d : stream.descriptors) {
      made(dvbpsi_pmt_es_descriptor_add(es, d.tag, static_cast<std::uint8_t>(d.data.size()), bytes_of(d)));
    }
  }
  const auto handle = library::make_handle();
  return take_chain(dvbpsi_pmt_sections_generate(handle.get(), table.get()));
}

namespace {

std::expected<std::size_t, std::string> size_of(const Sdt::Service& service) {
  const std::string name = fmt::format("SDT: service {}: ", service.id);
  const auto loop = size_of(service.descriptors);
  if (!loop) return Failure(name + loop.error());
  const std::size_t size = 5 + *loop;
  if (kSdtFrame + size > kMaxPsiSection) {
    return Failure(fmt::format("{}needs a section of {} bytes, {} more than one holds (1024)", name,
                               kSdtFrame + size, kSdtFrame + size - kMaxPsiSection));
  }
  if (service.running_status > 7) {
    return Failure(fmt::format("{}running_status {} has more than 3 bits", name, service.running_status));
  }
  return size;
}

void add(dvbpsi_sdt_t* table, const Sdt::Service& service) {
  dvbpsi_sdt_service_t* entry =
      made(dvbpsi_sdt_service_add(table, service.id, service.eit_schedule, service.eit_present_following,
                                  service.running_status, service.free_ca));
  for (const Descriptor& d : service.descriptors) {
    made(dvbpsi_sdt_service_descriptor_add(entry, d.tag, static_cast<std::uint8_t>(d.data.size()),
                                           bytes_of(d)));
  }
}

}  // namespace

std::expected<Sections, std::string> encode(const Sdt& sdt) {
  if (auto version = check_version(sdt.version); !version) return Failure("SDT: " + version.error());
  const auto handle = library::make_handle();
  std::vector<Owned<dvbpsi_psi_section_t>> sections;
  auto service = sdt.services.begin();
  do {  // a table without services is a section all the same
    const Owned<dvbpsi_sdt_t> table(
        made(dvbpsi_sdt_new(0x42, sdt.transport_stream_id, sdt.version, true, sdt.original_network_id)));
    // EN 300 468 5.2.3: a service is not split over sections.
    for (std::size_t filled = kSdtFrame; service != sdt.services.end(); ++service) {
      const auto size = size_of(*service);
      if (!size) return Failure(size.error());
      if (filled + *size > kMaxPsiSection) break;
      filled += *size;
      add(table.get(), *service);
    }
    sections.emplace_back(made(dvbpsi_sdt_sections_generate(handle.get(), table.get())));
  } while (service != sdt.services.end());
  if (sections.size() > kMaxSections) {
    return Failure(fmt::format("SDT: {} sections, {} more than section_number counts (256)", sections.size(),
                               sections.size() - kMaxSections));
  }
  return library::number_and_export(std::move(sections));
}

}  // namespace headwater::psi
