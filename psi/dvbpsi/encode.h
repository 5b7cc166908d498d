// SPDX-License-Identifier: Apache-2.0
//
// Tables into whole sections. A table that does not fit is an error, never cut silently. Control thread only.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "psi/tables/tables.h"

namespace headwater::psi {

using Sections = std::vector<std::vector<std::uint8_t>>;  // in order of section_number

// The error says what does not fit, and by how much.
[[nodiscard]] std::expected<Sections, std::string> encode(const Pat& pat);
[[nodiscard]] std::expected<Sections, std::string> encode(const Pmt& pmt);  // one section, at most 1024 bytes
[[nodiscard]] std::expected<Sections, std::string> encode(const Sdt& sdt);

}  // namespace headwater::psi
