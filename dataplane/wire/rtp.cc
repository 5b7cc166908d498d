// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/rtp.h"

namespace headwater::wire {

std::expected<RtpView, RtpError> RtpView::parse(Bytes bytes) {
  if (bytes.size() < kRtpHeaderSize) return std::unexpected(RtpError::kTruncated);
  const std::uint8_t first = bytes[0];
  if ((first >> 6) != 2) return std::unexpected(RtpError::kVersion);
  std::size_t offset = kRtpHeaderSize + std::size_t{4} * (first & 0x0FU);
  if (offset > bytes.size()) return std::unexpected(RtpError::kTruncated);
  if ((first & 0x10) != 0) {
    // RFC 3550 5.3.1: 16 bits of profile, then the number of 32-bit words that follow.
    if (offset + 4 > bytes.size()) return std::unexpected(RtpError::kExtension);
    offset += 4 + std::size_t{4} * load_be16(&bytes[offset + 2]);
    if (offset > bytes.size()) return std::unexpected(RtpError::kExtension);
  }
  if ((first & 0x20) != 0) {
    // RFC 3550 5.1: the last byte counts the padding, itself included.
    const std::size_t padding = bytes.back();
    if (padding == 0 || padding > bytes.size() - offset) return std::unexpected(RtpError::kPadding);
    bytes = bytes.first(bytes.size() - padding);
  }
  return RtpView(bytes, offset);
}

void write_rtp_header(std::span<std::uint8_t, kRtpHeaderSize> at, const RtpFields& fields) {
  at[0] = 0x80;  // version 2, no padding, no extension, no CSRC
  at[1] = static_cast<std::uint8_t>((fields.marker ? 0x80 : 0) | (fields.payload_type & 0x7F));
  store_be16(&at[2], fields.sequence);
  store_be32(&at[4], fields.timestamp);
  store_be32(&at[8], fields.ssrc);
}

}  // namespace headwater::wire
