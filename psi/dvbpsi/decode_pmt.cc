// SPDX-License-Identifier: Apache-2.0
// ISO/IEC 13818-1 2.4.4.8. A PMT is one section; one that comes in several all the same is put together.
#include "psi/dvbpsi/checked_payload.h"
#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/library.h"
#include "psi/dvbpsi/table_collector.h"

namespace headwater::psi {
namespace {

// The library's callback: keeps the table that it is given.
void keep(void* target, dvbpsi_pmt_t* pmt) {
  static_cast<library::Owned<dvbpsi_pmt_t>*>(target)->reset(pmt);
}

library::Owned<dvbpsi_pmt_t> decode_section(const SectionView& section, Bytes payload) {
  const auto handle = library::make_handle();
  library::Owned<dvbpsi_pmt_t> pmt;
  if (!dvbpsi_pmt_attach(handle.get(), section.table_id_extension(), keep, &pmt)) return nullptr;
  handle->p_decoder->pf_gather(handle.get(), library::import_section(section, payload).release());
  dvbpsi_pmt_detach(handle.get());
  return pmt;
}

std::optional<Pmt> decode(const std::vector<TableCollector::Section>& sections) {
  Pmt table;
  bool first = true;
  for (const auto& bytes : sections) {
    const auto section = SectionView::parse(bytes);
    if (!section) return std::nullopt;
    const auto payload = checked_pmt_payload(*section);
    if (!payload) return std::nullopt;
    const auto pmt = decode_section(*section, *payload);
    if (!pmt) return std::nullopt;
    table.program_number = pmt->i_program_number;
    table.version = pmt->i_version;
    if (first) {
      table.pcr_pid = Pid::from_wire(pmt->i_pcr_pid);
      table.descriptors = library::export_descriptors(pmt->p_first_descriptor);
      first = false;
    }
    for (const dvbpsi_pmt_es_t* es = pmt->p_first_es; es != nullptr; es = es->p_next) {
      table.streams.push_back({.type = es->i_type,
                               .pid = Pid::from_wire(es->i_pid),
                               .descriptors = library::export_descriptors(es->p_first_descriptor)});
    }
  }
  return table;
}

}  // namespace

struct PmtDecoder::Impl {
  TableCollector collector;
};

PmtDecoder::PmtDecoder(std::uint16_t program_number)
    : impl_(std::make_unique<Impl>(TableCollector(0x02, program_number))) {}
PmtDecoder::~PmtDecoder() = default;
PmtDecoder::PmtDecoder(PmtDecoder&&) noexcept = default;
PmtDecoder& PmtDecoder::operator=(PmtDecoder&&) noexcept = default;

std::optional<Pmt> PmtDecoder::push(Bytes section) {
  const auto* sections = impl_->collector.push(section);
  return sections != nullptr ? decode(*sections) : std::nullopt;
}

}  // namespace headwater::psi
