// SPDX-License-Identifier: Apache-2.0
//
// Cells and small tables that several views share. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "tools/hwctl/fields.h"
#include "tools/hwctl/table.h"

namespace headwater::hwctl {

[[nodiscard]] Cell state_cell(const Json& object);  // "on air" green, "lost" red, ...
[[nodiscard]] Cell count_cell(const Json& object,
                              std::string_view name);  // a count of bad things: 0 is faint
[[nodiscard]] Cell age_cell(const Json& input);        // of the last packet; "never"
// Why a channel or an input is not in order; of one that is, what is wrong all the same.
[[nodiscard]] Cell why_cell(const Json& object);
[[nodiscard]] std::string pid_text(const Json& object, std::string_view name);  // "0x100"; "" for null
[[nodiscard]] std::string counts_text(const Json& counts);                      // "ttl 1, checksum 3"
[[nodiscard]] std::string drops_text(const Json& object);  // "drop_sync 1, drop_vlan 3"; "none"
[[nodiscard]] std::uint64_t drops_sum(const Json& object);

// Names on the left, what they are on the right; lines whose value is empty are left out.
class Facts {
 public:
  void add(std::string_view name, Cell value);
  [[nodiscard]] std::string render(bool colour) const;

 private:
  Table table_{{{""}, {""}}};
};

void add_notes(Facts& facts, const Json& object);  // a line each

}  // namespace headwater::hwctl
