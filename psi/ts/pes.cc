// SPDX-License-Identifier: Apache-2.0
#include "psi/ts/pes.h"

namespace headwater::ts {
namespace {

// ISO/IEC 13818-1 table 2-21: 33 bits in five bytes with a marker bit after each part.
std::uint64_t read_timestamp(const std::uint8_t* at) {
  return (std::uint64_t{static_cast<std::uint8_t>(at[0] & 0x0E)} << 29) | (std::uint64_t{at[1]} << 22) |
         (std::uint64_t{static_cast<std::uint8_t>(at[2] & 0xFE)} << 14) | (std::uint64_t{at[3]} << 7) |
         (std::uint64_t{at[4]} >> 1);
}

// ISO/IEC 13818-1 2.4.3.7: these stream_ids have no optional header fields.
bool has_optional_header(std::uint8_t stream_id) {
  switch (stream_id) {
    case 0xBC:  // program_stream_map
    case 0xBE:  // padding_stream
    case 0xBF:  // private_stream_2
    case 0xF0:  // ECM
    case 0xF1:  // EMM
    case 0xF2:  // DSM-CC
    case 0xF8:  // ITU-T H.222.1 type E
    case 0xFF:  // program_stream_directory
      return false;
    default:
      return true;
  }
}

}  // namespace

std::optional<PesHeader> PesHeader::parse(Bytes payload) {
  if (payload.size() < 6 || load_be24(payload.data()) != 1) return std::nullopt;
  PesHeader header;
  header.stream_id = payload[3];
  header.header_size = 6;
  if (!has_optional_header(header.stream_id)) return header;
  if (payload.size() < 9 || (payload[6] & 0xC0) != 0x80) return std::nullopt;
  const std::uint8_t flags = payload[7] >> 6;
  const std::size_t length = payload[8];
  if (payload.size() < 9 + length) return std::nullopt;
  header.header_size = 9 + length;
  if ((flags & 2) != 0 && length >= 5) header.pts = read_timestamp(&payload[9]);
  if (flags == 3 && length >= 10) header.dts = read_timestamp(&payload[14]);
  return header;
}

}  // namespace headwater::ts
