// SPDX-License-Identifier: Apache-2.0
//
// What libdvbpsi reads without looking: the lengths inside a section. It follows program_info_length out of
// its buffer, and after a descriptor that reaches over the end of its loop it reads the next entry from a
// wrong place. Here every length is looked at first: a loop that leaves the section refuses the section; a
// descriptor that leaves its loop is left out, with what follows it in that loop. Sections are whole, in the
// long form, CRC_32 checked. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "psi/section/section.h"

namespace headwater::psi {

// The bytes between the header and the CRC_32, fit to be given to the library. nullopt: refused.
using CheckedPayload = std::optional<std::vector<std::uint8_t>>;

[[nodiscard]] CheckedPayload checked_pat_payload(const SectionView& section);
[[nodiscard]] CheckedPayload checked_pmt_payload(const SectionView& section);
[[nodiscard]] CheckedPayload checked_sdt_payload(const SectionView& section);

}  // namespace headwater::psi
