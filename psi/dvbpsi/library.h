// SPDX-License-Identifier: Apache-2.0
//
// libdvbpsi's headers in the order that they need, its objects with an owner, and sections to and from its
// own form. The library sees one section at a time, as a table of its own. Its gathering of several sections
// is quadratic in what they hold and blind to a change without a new version: TableCollector does that. Its
// SDT encoder (1.3.3) loses services where a section ends: ours says what goes into which. Control thread.
#pragma once

#include <stdbool.h>
#include <cstdint>
#include <memory>
#include <vector>

#include <dvbpsi/dvbpsi.h>
// dvbpsi.h comes first
#include <dvbpsi/psi.h>
// psi.h comes before the descriptors and tables
#include <dvbpsi/demux.h>
#include <dvbpsi/descriptor.h>
#include <dvbpsi/pat.h>
#include <dvbpsi/pmt.h>
#include <dvbpsi/sdt.h>

#include "psi/dvbpsi/encode.h"
#include "psi/section/section.h"
#include "psi/tables/tables.h"

namespace headwater::psi::library {

struct Delete {
  void operator()(dvbpsi_t* handle) const { dvbpsi_delete(handle); }
  void operator()(dvbpsi_pat_t* pat) const { dvbpsi_pat_delete(pat); }
  void operator()(dvbpsi_pmt_t* pmt) const { dvbpsi_pmt_delete(pmt); }
  void operator()(dvbpsi_sdt_t* sdt) const { dvbpsi_sdt_delete(sdt); }
  void operator()(dvbpsi_psi_section_t* sections) const { dvbpsi_DeletePSISections(sections); }
};
template <typename T>
using Owned = std::unique_ptr<T, Delete>;

[[nodiscard]] Owned<dvbpsi_t> make_handle();
// The section in the library's form with the payload given, numbered as the only one of its table.
[[nodiscard]] Owned<dvbpsi_psi_section_t> import_section(const SectionView& section, Bytes payload);
// Sections that the library made one by one, as one table: section_number, last_section_number, CRC_32.
[[nodiscard]] Sections number_and_export(std::vector<Owned<dvbpsi_psi_section_t>> sections);
[[nodiscard]] std::vector<Descriptor> export_descriptors(const dvbpsi_descriptor_t* descriptors);

}  // namespace headwater::psi::library
