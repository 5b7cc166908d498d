// SPDX-License-Identifier: Apache-2.0
#include "psi/dvbpsi/library.h"

#include <algorithm>
#include <cstddef>
#include <new>

namespace headwater::psi::library {

Owned<dvbpsi_t> make_handle() {
  Owned<dvbpsi_t> handle(dvbpsi_new(nullptr, DVBPSI_MSG_NONE));
  if (!handle) throw std::bad_alloc();
  return handle;
}

Owned<dvbpsi_psi_section_t> import_section(const SectionView& section, Bytes payload) {
  const std::size_t size = 8 + payload.size() + 4;
  Owned<dvbpsi_psi_section_t> copy(dvbpsi_NewPSISection(static_cast<int>(size)));
  if (!copy) throw std::bad_alloc();
  std::ranges::copy(section.bytes().first(8), copy->p_data);
  std::ranges::copy(payload, copy->p_data + 8);
  copy->i_table_id = section.table_id();
  copy->b_syntax_indicator = true;
  copy->b_private_indicator = (section.bytes()[1] & 0x40) != 0;
  copy->i_length = static_cast<std::uint16_t>(size - 3);
  copy->i_extension = section.table_id_extension();
  copy->i_version = section.version();
  copy->b_current_next = section.current();
  copy->i_number = 0;
  copy->i_last_number = 0;
  copy->p_payload_start = copy->p_data + 8;
  copy->p_payload_end = copy->p_payload_start + payload.size();
  copy->p_next = nullptr;
  dvbpsi_CalculateCRC32(copy.get());
  store_be32(copy->p_payload_end, copy->i_crc);
  return copy;
}

Sections number_and_export(std::vector<Owned<dvbpsi_psi_section_t>> sections) {
  const auto handle = make_handle();
  Sections result;
  const std::size_t count = sections.size();
  for (std::size_t i = 0; i < count; ++i) {
    dvbpsi_psi_section_t& section = *sections[i];
    section.i_number = static_cast<std::uint8_t>(i);
    section.i_last_number = static_cast<std::uint8_t>(count - 1);
    dvbpsi_BuildPSISection(handle.get(), &section);
    result.emplace_back(section.p_data, section.p_data + 3 + section.i_length);
  }
  return result;
}

std::vector<Descriptor> export_descriptors(const dvbpsi_descriptor_t* descriptors) {
  std::vector<Descriptor> result;
  for (const dvbpsi_descriptor_t* d = descriptors; d != nullptr; d = d->p_next) {
    Descriptor descriptor{.tag = d->i_tag, .data = {}};
    if (d->i_length > 0) descriptor.data.assign(d->p_data, d->p_data + d->i_length);
    result.push_back(std::move(descriptor));
  }
  return result;
}

}  // namespace headwater::psi::library
