// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tools/hwctl/fields.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/table.h"

namespace headwater::hwctl {

std::string render_revisions(const Json& answer, bool colour) {
  constexpr auto kRight = Table::Column::Align::kRight;
  Table table({{"REVISION", kRight}, {"TAKEN AT"}, {"STATE"}, {"CHANGES"}});
  for (const Json& revision : field(answer, "revisions")) {
    const bool confirmed = flag(revision, "confirmed");
    const bool runs = flag(revision, "runs");
    const Cell state = runs && confirmed ? Cell("runs", Style::kGood)
                       : runs            ? Cell("runs, not confirmed", Style::kWarning)
                       : confirmed       ? Cell("confirmed", Style::kFaint)
                                         : Cell("never confirmed", Style::kFaint);
    table.add({fmt::format("{}", number(revision, "revision")), text(revision, "taken_at"), state,
               text(revision, "changes")});
  }
  return table.empty() ? "no revisions\n" : table.render(colour);
}

}  // namespace headwater::hwctl
