// SPDX-License-Identifier: Apache-2.0
// EN 300 468 5.2.3, the actual transport stream's.
#include "psi/dvbpsi/checked_payload.h"
#include "psi/dvbpsi/decode.h"
#include "psi/dvbpsi/library.h"
#include "psi/dvbpsi/table_collector.h"

namespace headwater::psi {
namespace {

constexpr std::uint8_t kSdtActual = 0x42;

// The library's callback: keeps the table that it is given.
void keep(void* target, dvbpsi_sdt_t* sdt) {
  static_cast<library::Owned<dvbpsi_sdt_t>*>(target)->reset(sdt);
}

// The decoder is attached before the section comes: no table is new to the demultiplexer.
void ignore_new(dvbpsi_t*, std::uint8_t, std::uint16_t, void*) {}

library::Owned<dvbpsi_sdt_t> decode_section(const SectionView& section, Bytes payload) {
  const auto handle = library::make_handle();
  library::Owned<dvbpsi_sdt_t> sdt;
  if (!dvbpsi_AttachDemux(handle.get(), ignore_new, nullptr)) return nullptr;
  if (dvbpsi_sdt_attach(handle.get(), kSdtActual, section.table_id_extension(), keep, &sdt)) {
    dvbpsi_Demux(handle.get(), library::import_section(section, payload).release());
  }
  dvbpsi_DetachDemux(handle.get());
  return sdt;
}

std::optional<Sdt> decode(const std::vector<TableCollector::Section>& sections) {
  Sdt table;
  bool first = true;
  for (const auto& bytes : sections) {
    const auto section = SectionView::parse(bytes);
    if (!section) return std::nullopt;
    const auto payload = checked_sdt_payload(*section);
    if (!payload) return std::nullopt;
    const auto sdt = decode_section(*section, *payload);
    if (!sdt) return std::nullopt;
    // Sections of one table that name different networks contradict themselves.
    if (!first && table.original_network_id != sdt->i_network_id) return std::nullopt;
    first = false;
    table.transport_stream_id = sdt->i_extension;
    table.original_network_id = sdt->i_network_id;
    table.version = sdt->i_version;
    for (const dvbpsi_sdt_service_t* s = sdt->p_first_service; s != nullptr; s = s->p_next) {
      table.services.push_back({.id = s->i_service_id,
                                .eit_schedule = s->b_eit_schedule,
                                .eit_present_following = s->b_eit_present,
                                .running_status = s->i_running_status,
                                .free_ca = s->b_free_ca,
                                .descriptors = library::export_descriptors(s->p_first_descriptor)});
    }
  }
  return table;
}

}  // namespace

struct SdtDecoder::Impl {
  TableCollector collector{kSdtActual};
};

SdtDecoder::SdtDecoder() : impl_(std::make_unique<Impl>()) {}
SdtDecoder::~SdtDecoder() = default;
SdtDecoder::SdtDecoder(SdtDecoder&&) noexcept = default;
SdtDecoder& SdtDecoder::operator=(SdtDecoder&&) noexcept = default;

std::optional<Sdt> SdtDecoder::push(Bytes section) {
  const auto* sections = impl_->collector.push(section);
  return sections != nullptr ? decode(*sections) : std::nullopt;
}

}  // namespace headwater::psi
