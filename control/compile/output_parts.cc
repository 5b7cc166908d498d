// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "control/compile/parts.h"

namespace headwater::control {

namespace {

dataplane::PsiImage::Kind kind_of(TableImage::Kind kind) {
  switch (kind) {
    case TableImage::Kind::kPat:
      return dataplane::PsiImage::Kind::kPat;
    case TableImage::Kind::kPmt:
      return dataplane::PsiImage::Kind::kPmt;
    case TableImage::Kind::kSdt:
      return dataplane::PsiImage::Kind::kSdt;
  }
  return dataplane::PsiImage::Kind::kPat;
}

}  // namespace

std::expected<dataplane::Destination, std::string> plan_destination(const config::Output& output,
                                                                    const KnownPorts& ports,
                                                                    const RtpNumbers* rtp) {
  const auto port = ports.find(output.port);
  if (port == ports.end())
    return std::unexpected(fmt::format("port \"{}\" is not in the configuration", output.port));
  if (!port->second.fact) return std::unexpected(fmt::format("port \"{}\" does not stand", output.port));
  const config::Port& config = *port->second.config;

  const auto group = wire::Ipv4Address::parse(output.group);
  if (!group) return std::unexpected(fmt::format("\"{}\" is not an IPv4 address", output.group));
  // RFC 5771: 224.0.0.0/24 belongs to the protocols of the link.
  if (!group->is_multicast() || group->is_link_local_multicast()) {
    return std::unexpected(
        fmt::format("{} is not a group for channels (224.0.1.0 to 239.255.255.255)", output.group));
  }

  std::string from = output.from.value_or("");
  if (from.empty()) {
    if (config.addresses.empty()) {
      return std::unexpected(
          fmt::format("port \"{}\" has no address to send from: set `address` or `from`", output.port));
    }
    from = config.addresses.front().address;
  }
  const auto source = wire::Ipv4Address::parse(from);
  if (!source) return std::unexpected(fmt::format("\"{}\" is not an IPv4 address", from));

  dataplane::Destination destination;
  destination.port = port->second.fact->index;
  destination.source_mac = port->second.fact->mac;
  destination.source = *source;
  destination.source_port = output.source_port.value_or(output.udp_port);
  destination.group = *group;
  destination.group_port = output.udp_port;
  destination.vlan = config.vlan;
  destination.ttl = output.ttl;
  destination.dscp = output.dscp;
  destination.rtp = output.rtp;
  if (output.rtp && rtp != nullptr) {
    destination.ssrc = rtp->ssrc;
    destination.first_sequence = rtp->first_sequence;
  }
  return destination;
}

dataplane::PidMap<std::uint16_t> plan_routes(const std::vector<RoutedPid>& pids, bool keep_nulls) {
  dataplane::PidMap<std::uint16_t> route{dataplane::OutputPlan::kNotRouted};
  for (const RoutedPid& pid : pids) route.set(pid.in, pid.out.value());
  if (keep_nulls) route.set(kNullPid, kNullPid.value());
  return route;
}

std::vector<std::shared_ptr<const dataplane::PsiImage>> plan_images(
    const TableSet& tables, const std::vector<std::shared_ptr<const dataplane::PsiImage>>& before) {
  std::vector<std::shared_ptr<const dataplane::PsiImage>> images;
  for (const TableImage& table : tables) {
    dataplane::PsiImage image{
        .pid = table.pid, .interval = table.interval, .packets = table.packets, .kind = kind_of(table.kind)};
    const auto same =
        std::find_if(before.begin(), before.end(), [&](const auto& old) { return *old == image; });
    images.push_back(same != before.end() ? *same
                                          : std::make_shared<const dataplane::PsiImage>(std::move(image)));
  }
  return images;
}

std::optional<StreamPosition> change_at(const TablesAt& before, const TablesAt& now) {
  // The PMT says which packets belong to which part; an SDT that changed with it goes with it. A PAT that
  // names another program may do so long after that one's PMT was seen.
  if (now.pmt != before.pmt) return now.pat != before.pat ? std::max(now.pmt, now.pat) : now.pmt;
  if (now.pat != before.pat) return now.pat;
  if (now.sdt != before.sdt) return now.sdt;
  return std::nullopt;
}

}  // namespace headwater::control
