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
  if (destination.rtp && !next_sequence_) next_sequence_ = destination.first_sequence;
}

void Framer::finish(Frame& frame, std::size_t payload_length, Instant departure) {
  frame.length = static_cast<std::uint32_t>(headers_->bytes.size() + payload_length);
  const wire::DatagramVariables variables{.identification = identification_,
                                          .rtp_sequence = next_sequence_.value_or(0),
                                          .rtp_timestamp = rtp_timestamp(departure)};
  headers_->bytes.write_headers(frame.bytes(), variables, wire::UdpChecksum::kComputed);
  skip();
}

void Framer::skip() {
  ++identification_;
  if (next_sequence_) ++*next_sequence_;
}

}  // namespace headwater::dataplane
