// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/classify.h"

#include <algorithm>
#include <bit>

#include "dataplane/wire/arp.h"
#include "dataplane/wire/ethernet.h"
#include "dataplane/wire/ipv4.h"
#include "dataplane/wire/udp.h"

namespace headwater::dataplane {

InputTable::InputTable(std::size_t inputs) : entries_(std::bit_ceil(std::max<std::size_t>(inputs, 1) * 2)) {}

void InputTable::add(const InputMatch& match, InputSlot slot, WorkerIndex worker) {
  std::size_t at = home(match.port, match.destination.value, match.udp_port);
  while (entries_[at].used) at = next(at);
  entries_[at] = {.destination = match.destination.value,
                  .source = match.source ? match.source->value : 0,
                  .port = match.port.index,
                  .slot = slot.index,
                  .udp_port = match.udp_port,
                  .worker = static_cast<std::uint16_t>(worker.index),
                  .used = true,
                  .any_source = !match.source.has_value()};
}

void InputTable::remove(const InputMatch& match) {
  const auto is_it = [&](const Entry& entry) {
    return entry.destination == match.destination.value && entry.udp_port == match.udp_port &&
           entry.port == match.port.index && entry.any_source == !match.source.has_value() &&
           (entry.any_source || entry.source == match.source->value);
  };
  std::size_t hole = home(match.port, match.destination.value, match.udp_port);
  while (!is_it(entries_[hole])) hole = next(hole);
  // What follows in the run and may stand here moves up, so that no run is broken.
  for (std::size_t at = next(hole); entries_[at].used; at = next(at)) {
    const Entry& entry = entries_[at];
    const std::size_t wanted = home({entry.port}, entry.destination, entry.udp_port);
    const std::size_t mask = entries_.size() - 1;
    if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
    entries_[hole] = entry;
    hole = at;
  }
  entries_[hole] = {};
}

std::size_t InputTable::home(PortIndex port, std::uint32_t destination, std::uint16_t udp_port) const {
  // Groups of a plan are neighbours: the multiplication spreads them, its upper bits are the good ones.
  const std::uint64_t key =
      (std::uint64_t{destination} << 16 | udp_port) ^ (std::uint64_t{port.index} << 48 | port.index);
  const std::uint64_t mixed = (key ^ (key >> 23)) * 0x9E3779B97F4A7C15;
  return static_cast<std::size_t>(mixed >> 32) & (entries_.size() - 1);
}

std::optional<InputTable::Found> InputTable::find(PortIndex port, wire::Ipv4Address destination,
                                                  std::uint16_t udp_port, wire::Ipv4Address source) const {
  std::optional<Found> any;
  for (std::size_t at = home(port, destination.value, udp_port); entries_[at].used; at = next(at)) {
    const Entry& entry = entries_[at];
    if (entry.destination != destination.value || entry.udp_port != udp_port || entry.port != port.index) {
      continue;
    }
    if (entry.any_source) {
      any = Found{{entry.slot}, {entry.worker}};
    } else if (entry.source == source.value) {
      return Found{{entry.slot}, {entry.worker}};
    }
  }
  return any;
}

void Classifier::adopt_ports(const Plan& plan) {
  std::ranges::fill(ports_, nullptr);
  for (const auto& port : plan.ports) ports_[port->index.index] = port;
}

void Classifier::add(const InputPlan& input) {
  if (input.match) inputs_.add(*input.match, input.slot, input.worker);
}

void Classifier::remove(const InputPlan& input) {
  if (input.match) inputs_.remove(*input.match);
}

Classified Classifier::classify(PortIndex index, Bytes frame, PortCounters& counters) const {
  const auto drop = [](Counter& reason) {
    reason.add();
    return Classified{};
  };
  counters.received.add();
  counters.received_bytes.add(frame.size());
  if (index.index >= ports_.size() || ports_[index.index] == nullptr) return drop(counters.drop_no_input);
  const PortPlan& port = *ports_[index.index];

  const auto ethernet = wire::EthernetView::parse(frame);
  if (!ethernet) return drop(counters.drop_truncated);
  const wire::MacAddress destination = ethernet->destination();
  // Multicast includes broadcast: the group bit is set in both.
  if (!destination.is_multicast() && destination != port.mac) return drop(counters.drop_other_mac);
  if (ethernet->vlan() != port.vlan) return drop(counters.drop_vlan);
  if (ethernet->ether_type() == wire::kEtherTypeArp)
    return arp(port, frame.subspan(ethernet->payload_offset()), counters);
  if (ethernet->ether_type() != wire::kEtherTypeIpv4) return drop(counters.drop_not_ip);
  return ipv4(port, frame, ethernet->payload_offset(), counters);
}

// Asked for one of our addresses, or said by a station that has one of them too.
Classified Classifier::arp(const PortPlan& port, Bytes payload, PortCounters& counters) {
  const auto ours = [&port](wire::Ipv4Address address) {
    return std::ranges::find(port.addresses, address) != port.addresses.end();
  };
  const auto message = wire::ArpMessage::parse(payload);
  if (message && (ours(message->target) || ours(message->sender)))
    return {.verdict = Classified::Verdict::kPunt, .input = {}, .worker = {}};
  counters.drop_other_arp.add();
  return {};
}

Classified Classifier::ipv4(const PortPlan& port, Bytes frame, std::size_t offset,
                            PortCounters& counters) const {
  const auto drop = [](Counter& reason) {
    reason.add();
    return Classified{};
  };
  const auto ip = wire::Ipv4View::parse(frame.subspan(offset));
  if (!ip) {
    switch (ip.error()) {
      case wire::Ipv4Error::kTruncated:
        return drop(counters.drop_truncated);
      case wire::Ipv4Error::kHeader:
        return drop(counters.drop_ip_header);
      case wire::Ipv4Error::kChecksum:
        return drop(counters.drop_ip_checksum);
      case wire::Ipv4Error::kFragment:
        return drop(counters.drop_fragment);
    }
  }
  const bool to_us = std::ranges::find(port.addresses, ip->destination()) != port.addresses.end();
  if (ip->protocol() == wire::kProtocolIgmp || (ip->protocol() == wire::kProtocolIcmp && to_us)) {
    return {.verdict = Classified::Verdict::kPunt, .input = {}, .worker = {}};
  }
  if (ip->protocol() != wire::kProtocolUdp) return drop(counters.drop_not_udp);
  const auto udp = wire::UdpView::parse(*ip);
  if (!udp) return drop(counters.drop_udp_length);
  const auto input = inputs_.find(port.index, ip->destination(), udp->destination_port(), ip->source());
  if (!input) return drop(counters.drop_no_input);
  if (!udp->checksum_is_right()) return drop(counters.drop_udp_checksum);

  const std::size_t payload_offset = offset + ip->header_size() + wire::kUdpHeaderSize;
  return {.verdict = Classified::Verdict::kInput,
          .input = input->slot,
          .worker = input->worker,
          .payload_offset = static_cast<std::uint16_t>(payload_offset),
          .payload_length = static_cast<std::uint16_t>(udp->payload().size())};
}

}  // namespace headwater::dataplane
