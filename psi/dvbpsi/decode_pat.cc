// SPDX-License-Identifier: Apache-2.0
// ISO/IEC 13818-1 2.4.4.3.
#include "psi/dvbpsi/checked_payload.h"
#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/library.h"
#include "psi/dvbpsi/table_collector.h"

namespace headwater::psi {
namespace {

// The library's callback: keeps the table that it is given.
void keep(void* target, dvbpsi_pat_t* pat) {
  static_cast<library::Owned<dvbpsi_pat_t>*>(target)->reset(pat);
}

library::Owned<dvbpsi_pat_t> decode_section(const SectionView& section, Bytes payload) {
  const auto handle = library::make_handle();
  library::Owned<dvbpsi_pat_t> pat;
  if (!dvbpsi_pat_attach(handle.get(), keep, &pat)) return nullptr;
  handle->p_decoder->pf_gather(handle.get(), library::import_section(section, payload).release());
  dvbpsi_pat_detach(handle.get());
  return pat;
}

std::optional<Pat> decode(const std::vector<TableCollector::Section>& sections) {
  Pat table;
  for (const auto& bytes : sections) {
    const auto section = SectionView::parse(bytes);
    if (!section) return std::nullopt;
    const auto payload = checked_pat_payload(*section);
    if (!payload) return std::nullopt;
    table.transport_stream_id = section->table_id_extension();
    table.version = section->version();
    // A section without programs is lawful (all have left), but the library gives no table for it.
    if (payload->empty()) continue;
    const auto pat = decode_section(*section, *payload);
    if (!pat) return std::nullopt;
    for (const dvbpsi_pat_program_t* p = pat->p_first_program; p != nullptr; p = p->p_next) {
      if (p->i_number == 0) {
        table.network_pid = Pid::from_wire(p->i_pid);
      } else {
        table.programs.push_back({.number = p->i_number, .pmt_pid = Pid::from_wire(p->i_pid)});
      }
    }
  }
  return table;
}

}  // namespace

struct PatDecoder::Impl {
  TableCollector collector{0x00};
};

PatDecoder::PatDecoder() : impl_(std::make_unique<Impl>()) {}
PatDecoder::~PatDecoder() = default;
PatDecoder::PatDecoder(PatDecoder&&) noexcept = default;
PatDecoder& PatDecoder::operator=(PatDecoder&&) noexcept = default;

std::optional<Pat> PatDecoder::push(Bytes section) {
  const auto* sections = impl_->collector.push(section);
  return sections != nullptr ? decode(*sections) : std::nullopt;
}

}  // namespace headwater::psi
