// SPDX-License-Identifier: Apache-2.0
//
// One 188-byte transport stream packet, ISO/IEC 13818-1 2.4.3. PacketView::parse checks every length once;
// what it hands out can then be trusted. The setters below write single fields in place. Any thread, no
// allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>

#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/ts/pcr.h"

namespace headwater::ts {

inline constexpr std::size_t kPacketSize = 188;
inline constexpr std::uint8_t kSyncByte = 0x47;

using PacketBytes = std::span<const std::uint8_t, kPacketSize>;
using MutablePacketBytes = std::span<std::uint8_t, kPacketSize>;
using Packet = std::array<std::uint8_t, kPacketSize>;

enum class PacketError : std::uint8_t {
  kSync,                    // first byte is not 0x47
  kReservedControl,         // adaptation_field_control 00: a decoder discards it (2.4.3.3)
  kAdaptationFieldLength,   // longer than the packet, or not 183 where there is no payload
  kAdaptationFieldContent,  // the flags promise fields that do not fit into the length
};

class PacketView {
 public:
  static std::expected<PacketView, PacketError> parse(PacketBytes bytes);

  [[nodiscard]] PacketBytes bytes() const { return bytes_; }
  [[nodiscard]] Pid pid() const { return Pid::from_wire(load_be16(&bytes_[1])); }
  [[nodiscard]] bool transport_error() const { return (bytes_[1] & 0x80) != 0; }
  [[nodiscard]] bool payload_unit_start() const { return (bytes_[1] & 0x40) != 0; }
  [[nodiscard]] std::uint8_t scrambling_control() const { return static_cast<std::uint8_t>(bytes_[3] >> 6); }
  [[nodiscard]] std::uint8_t continuity_counter() const { return bytes_[3] & 0x0F; }
  [[nodiscard]] bool has_adaptation_field() const { return (bytes_[3] & 0x20) != 0; }
  [[nodiscard]] bool has_payload() const { return (bytes_[3] & 0x10) != 0; }
  [[nodiscard]] Bytes payload() const { return Bytes(bytes_).subspan(payload_offset_); }

  // Adaptation field flags; false where there is no adaptation field.
  [[nodiscard]] bool discontinuity_indicator() const { return (flags() & 0x80) != 0; }
  [[nodiscard]] bool random_access_indicator() const { return (flags() & 0x40) != 0; }
  [[nodiscard]] std::optional<Pcr> pcr() const;

 private:
  PacketView(PacketBytes bytes, std::size_t payload_offset)
      : bytes_(bytes), payload_offset_(payload_offset) {}
  [[nodiscard]] std::uint8_t flags() const {
    return has_adaptation_field() && bytes_[4] != 0 ? bytes_[5] : std::uint8_t{0};
  }

  PacketBytes bytes_;
  std::size_t payload_offset_;
};

inline void set_pid(MutablePacketBytes packet, Pid pid) {
  packet[1] = static_cast<std::uint8_t>((packet[1] & 0xE0) | (pid.value() >> 8));
  packet[2] = static_cast<std::uint8_t>(pid.value());
}
inline void set_continuity_counter(MutablePacketBytes packet, std::uint8_t counter) {
  packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0) | (counter & 0x0F));
}
// The caller knows from a PacketView that the adaptation field has its flags byte, and (set_pcr) a PCR.
inline void set_discontinuity_indicator(MutablePacketBytes packet) {
  packet[5] |= 0x80;
}
void set_pcr(MutablePacketBytes packet, Pcr pcr);

// ISO/IEC 13818-1 2.4.1: a null packet, PID 0x1FFF.
Packet make_null_packet();
// A packet that is all adaptation field and carries a PCR; continuity_counter as given (it does not advance).
Packet make_pcr_packet(Pid pid, Pcr pcr, std::uint8_t continuity_counter);

}  // namespace headwater::ts
