// SPDX-License-Identifier: Apache-2.0
//
// PES packet header as far as timing needs it: stream_id, PTS, DTS. ISO/IEC 13818-1 2.4.3.6. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "psi/base/bytes.h"

namespace headwater::ts {

struct PesHeader {
  std::uint8_t stream_id = 0;
  std::optional<std::uint64_t> pts;  // 90 kHz, 33 bits
  std::optional<std::uint64_t> dts;
  std::size_t header_size = 0;  // bytes before the elementary stream's data

  // From a payload that begins a PES packet (payload_unit_start). nullopt: no start code, or cut short.
  static std::optional<PesHeader> parse(Bytes payload);
};

}  // namespace headwater::ts
