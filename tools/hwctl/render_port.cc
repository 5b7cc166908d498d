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

std::string reception_cell(const Json& port) {
  std::string reception = text(port, "reception");
  if (reception == "promiscuous") return "every frame: the device filters no group";
  if (reception == "all_multicast") return "every group, and what is for its own address";
  return reception;
}

Cell pause_cell(const Json& port) {
  const Json& heeded = field(port, "pause_frames");
  if (!heeded.is_boolean()) return "";
  return heeded.get<bool>() ? Cell("heeded: the switch can halt the port", Style::kBad) : Cell("off");
}

Cell querier_cell(const Json& port) {
  const std::string querier = text(port, "igmp_querier");
  if (querier.empty()) return {"none heard", Style::kWarning};
  if (flag(port, "igmp_querier_present")) return querier;
  return {fmt::format("{}, silent for {}", querier, age(number(port, "igmp_querier_age_s") * 1000)),
          Style::kBad};
}

Cell group_cell(const Json& group) {
  const std::string state = text(group, "state");
  if (state == "by_group_only") return {"from any source: the querier is older than IGMPv3", Style::kWarning};
  if (state == "needs_source") return {"not joined: source-specific, and no source is given", Style::kBad};
  return state;
}

Cell conflicts_cell(const Json& port) {
  const std::uint64_t conflicts = number(port, "arp_conflicts");
  if (conflicts == 0) return "";
  return {fmt::format("{}, the last by {}", conflicts, text(port, "arp_rival")), Style::kBad};
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
  facts.add("receives", reception_cell(port));
  facts.add("pause frames", pause_cell(port));
  facts.add("MAC", text(port, "mac"));
  facts.add("addresses", joined(port, "addresses", " "));
  facts.add("VLAN", text(port, "vlan"));
  facts.add("received", direction_text(field(port, "received")));
  facts.add("sent", direction_text(field(port, "sent")));
  facts.add("drops", {drops_text(port), drops_sum(port) == 0 ? Style::kPlain : Style::kWarning});
  facts.add("drops by the device", count_cell(port, "device_drops"));
  facts.add("IGMP querier", querier_cell(port));
  facts.add("IGMP version", text(port, "igmp_version"));
  if (number(port, "frames_lost") != 0) facts.add("ARP and IGMP not sent", count_cell(port, "frames_lost"));
  if (const Json& drops = field(port, "igmp_drops"); !drops.empty())
    facts.add("IGMP not believed", {counts_text(drops), Style::kWarning});
  facts.add("address conflicts", conflicts_cell(port));
  Table groups({{"GROUP"}, {"ONLY FROM"}, {"STATE"}});
  for (const Json& group : field(port, "groups"))
    groups.add({text(group, "group"), text(group, "source"), group_cell(group)});
  return facts.render(colour) + (groups.empty() ? "" : '\n' + groups.render(colour));
}

}  // namespace headwater::hwctl
