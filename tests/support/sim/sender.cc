// SPDX-License-Identifier: Apache-2.0
#include "tests/support/sim/sender.h"

#include <algorithm>

#include "dataplane/wire/datagram_template.h"

namespace headwater::test {

std::vector<std::uint8_t> udp_frame(const Carriage& carriage, Bytes payload, std::uint16_t rtp_sequence,
                                    std::uint32_t rtp_timestamp) {
  if (carriage.rtp && carriage.rtp_packet) {
    Carriage plain = carriage;
    plain.rtp = false;
    return udp_frame(plain, carriage.rtp_packet(rtp_sequence, rtp_timestamp, payload));
  }
  wire::DatagramFields fields;
  fields.source_mac = {{0x02, 0, 0, 0, 0, 0x77}};
  fields.destination_mac = wire::MacAddress::for_group(carriage.group);
  fields.source = carriage.source;
  fields.destination = carriage.group;
  fields.source_port = 6000;
  fields.destination_port = carriage.udp_port;
  if (carriage.rtp) fields.rtp_ssrc = 0x11223344;
  const wire::DatagramTemplate headers(fields);
  std::vector<std::uint8_t> frame(headers.size() + payload.size());
  std::copy(payload.begin(), payload.end(), frame.begin() + static_cast<std::ptrdiff_t>(headers.size()));
  wire::DatagramVariables variables;
  variables.rtp_sequence = rtp_sequence;
  variables.rtp_timestamp = rtp_timestamp;
  headers.write_headers(frame, variables, wire::UdpChecksum::kComputed);
  return frame;
}

Sender::Sender(StreamPlan stream, Carriage carriage, dataplane::MemoryPort& port)
    : generator_(std::move(stream)), carriage_(std::move(carriage)), port_(port) {}

void Sender::send_until(Instant until) {
  while (true) {
    if (!next_) next_ = generator_.next();
    if (next_->sent >= until) return;
    datagram_.push_back(*next_);
    next_.reset();
    if (datagram_.size() == carriage_.packets_per_datagram) send();
  }
}

void Sender::silent_until(Instant until) {
  datagram_.clear();
  while (!next_ || next_->sent < until) next_ = generator_.next();
}

void Sender::send() {
  const std::uint64_t number = number_++;
  std::vector<std::uint8_t> payload;
  for (const TimedPacket& each : datagram_) {
    // What lies between packets may be any byte, a sync byte too.
    const std::size_t at = payload.size();
    payload.resize(at + carriage_.stride, static_cast<std::uint8_t>(number));
    std::ranges::copy(each.packet, payload.begin() + static_cast<std::ptrdiff_t>(at + carriage_.prefix));
  }
  if (const std::optional<Ticks27> way = carriage_.network(number)) {
    // RFC 2250 2: the timestamp is the target transmission time of the first byte.
    const auto timestamp = static_cast<std::uint32_t>(generator_.source_ticks(datagram_.front().sent) / 300);
    const auto sequence = static_cast<std::uint16_t>(carriage_.first_sequence + number);
    Instant arrival = datagram_.back().sent + *way;
    if (carriage_.keeps_order) arrival = std::max(arrival, last_arrival_);
    last_arrival_ = arrival;
    port_.arrive(arrival, udp_frame(carriage_, payload, sequence, timestamp));
    for (const TimedPacket& each : datagram_) {
      if (sink_) {
        sink_(each);
      } else {
        sent_.push_back(each.packet);
      }
    }
  }
  datagram_.clear();
}

}  // namespace headwater::test
