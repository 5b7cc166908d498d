// SPDX-License-Identifier: Apache-2.0
//
// The RTP header, RFC 3550 5.1. RtpView::parse checks CSRC list, extension and padding against the length
// once. Any thread, no allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include "psi/base/bytes.h"

namespace headwater::wire {

inline constexpr std::size_t kRtpHeaderSize = 12;           // without CSRC and extension
inline constexpr std::uint8_t kRtpPayloadTypeMpeg2Ts = 33;  // RFC 3551 table 5

enum class RtpError : std::uint8_t {
  kTruncated,  // shorter than its header and CSRC list
  kVersion,    // not 2
  kExtension,  // longer than what there is
  kPadding,    // count of zero, or more than what there is
};

class RtpView {
 public:
  static std::expected<RtpView, RtpError> parse(Bytes bytes);

  [[nodiscard]] bool marker() const { return (bytes_[1] & 0x80) != 0; }
  [[nodiscard]] std::uint8_t payload_type() const { return bytes_[1] & 0x7F; }
  [[nodiscard]] std::uint16_t sequence() const { return load_be16(&bytes_[2]); }
  [[nodiscard]] std::uint32_t timestamp() const { return load_be32(&bytes_[4]); }
  [[nodiscard]] std::uint32_t ssrc() const { return load_be32(&bytes_[8]); }
  [[nodiscard]] std::size_t payload_offset() const { return payload_offset_; }
  [[nodiscard]] Bytes payload() const { return bytes_.subspan(payload_offset_); }

 private:
  RtpView(Bytes bytes, std::size_t payload_offset) : bytes_(bytes), payload_offset_(payload_offset) {}

  Bytes bytes_;  // without the padding
  std::size_t payload_offset_;
};

struct RtpFields {
  bool marker = false;
  std::uint8_t payload_type = kRtpPayloadTypeMpeg2Ts;
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;
};

void write_rtp_header(std::span<std::uint8_t, kRtpHeaderSize> at, const RtpFields& fields);

}  // namespace headwater::wire
