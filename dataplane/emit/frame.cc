// SPDX-License-Identifier: Apache-2.0
#include "dataplane/emit/frame.h"

namespace headwater::dataplane {
namespace {

// RFC 2250 2: a 90 kHz clock, that of the sender; it wraps as the field does.
std::uint32_t rtp_timestamp(Instant departure) {
  return static_cast<std::uint32_t>(departure.value / 300);
}

}  // namespace

void Framer::address(const Destination& destination) {
  if (headers_ && headers_->destination == destination) return;
  wire::DatagramFields fields;
  fields.source_mac = destination.source_mac;
  fields.destination_mac = wire::MacAddress::for_group(destination.group);
  fields.source = destination.source;
  fields.destination = destination.group;
  fields.source_port = destination.source_port;
  fields.destination_port = destination.group_port;
  fields.vlan = destination.vlan;
  fields.ttl = destination.ttl;
  fields.dscp = destination.dscp;
  if (destination.rtp) fields.rtp_ssrc = destination.ssrc;
  headers_.emplace(destination, wire::DatagramTemplate(fields));
  if (!destination.rtp || record_.sequenced) return;
  record_.next_sequence = destination.first_sequence;
  record_.sequenced = true;
}

void Framer::finish(Frame& frame, std::size_t payload_length, Instant departure) {
  frame.length = static_cast<std::uint32_t>(headers_->bytes.size() + payload_length);
  const wire::DatagramVariables variables{.identification = record_.identification,
                                          .rtp_sequence = record_.next_sequence,
                                          .rtp_timestamp = rtp_timestamp(departure)};
  headers_->bytes.write_headers(frame.bytes(), variables, wire::UdpChecksum::kComputed);
  skip();
}

void Framer::skip() {
  ++record_.identification;
  if (record_.sequenced) ++record_.next_sequence;
}

}  // namespace headwater::dataplane
