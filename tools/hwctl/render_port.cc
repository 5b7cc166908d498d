// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"
#include "tools/hwctl/units.h"

namespace headwater::hwctl {
namespace {

using enum Table::Column::Align;

Cell link_cell(const Json& port) {
  if (!flag(port, "link_up")) return {"down", Style::kBad};
  const auto speed = maybe_number(port, "link_bps");
  return {speed ? "up " + link_rate(*speed) : std::string("up"), Style::kGood};
}

Cell querier_cell(const Json& port) {
  const std::string querier = text(port, "igmp_querier");
  return querier.empty() ? Cell("none heard", Style::kWarning) : Cell(querier);
}

std::string direction_text(const Json& direction) {
  return fmt::format("{}, {} frames, {}", bit_rate(number(direction, "bitrate_bps")),
                     number(direction, "frames"), byte_count(number(direction, "bytes")));
}

}  // namespace

std::string render_ports(const Json& answer, bool colour) {
  Table table({{"ID"},
               {"LINK"},
               {"DEVICE"},
               {"DRIVER"},
               {"ADDRESSES"},
               {"IN", kRight},
               {"OUT", kRight},
               {"DROPS", kRight},
               {"QUERIER"},
               {"GROUPS", kRight}});
  for (const Json& port : field(answer, "ports")) {
    const std::uint64_t drops = drops_sum(port) + number(port, "device_drops");
    table.add({text(port, "id"), link_cell(port), text(port, "device"), text(port, "driver"),
               joined(port, "addresses", " "), bit_rate(number(field(port, "received"), "bitrate_bps")),
               bit_rate(number(field(port, "sent"), "bitrate_bps")),
               Cell(fmt::format("{}", drops), drops == 0 ? Style::kFaint : Style::kWarning),
               querier_cell(port), fmt::format("{}", field(port, "groups").size())});
  }
  return table.empty() ? "no ports\n" : table.render(colour);
}

std::string render_port(const Json& port, bool colour) {
  Facts facts;
  facts.add("port", {text(port, "id"), Style::kBold});
  facts.add("device", text(port, "device"));
  facts.add("driver", text(port, "driver"));
  facts.add("link", link_cell(port));
  facts.add("why", {text(port, "link_trouble"), Style::kBad});
  facts.add("MAC", text(port, "mac"));
  facts.add("addresses", joined(port, "addresses", " "));
  facts.add("VLAN", text(port, "vlan"));
  facts.add("received", direction_text(field(port, "received")));
  facts.add("sent", direction_text(field(port, "sent")));
  facts.add("drops", {drops_text(port), drops_sum(port) == 0 ? Style::kPlain : Style::kWarning});
  facts.add("drops by the device", count_cell(port, "device_drops"));
  facts.add("IGMP querier", querier_cell(port));
  facts.add("IGMP version", text(port, "igmp_version"));
  Table groups({{"GROUP JOINED"}, {"ONLY FROM"}});
  for (const Json& group : field(port, "groups")) groups.add({text(group, "group"), text(group, "source")});
  return facts.render(colour) + (groups.empty() ? "" : '\n' + groups.render(colour));
}

}  // namespace headwater::hwctl
