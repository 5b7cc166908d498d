// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/udp.h"

#include "dataplane/wire/checksum.h"

namespace headwater::wire {

std::optional<UdpView> UdpView::parse(const Ipv4View& ip) {
  const Bytes bytes = ip.payload();
  if (bytes.size() < kUdpHeaderSize) return std::nullopt;
  const std::size_t length = load_be16(&bytes[4]);
  if (length < kUdpHeaderSize || length > bytes.size()) return std::nullopt;
  return UdpView(bytes.first(length), ip.source(), ip.destination());
}

bool UdpView::checksum_is_right() const {
  if (load_be16(&segment_[6]) == 0) return true;
  return Checksum()
             .udp_pseudo_header(source_, destination_, static_cast<std::uint16_t>(segment_.size()))
             .bytes(segment_)
             .value() == 0;
}

}  // namespace headwater::wire
