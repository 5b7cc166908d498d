// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/teletext.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "psi/base/bytes.h"
#include "psi/dvbpsi/encode.h"
#include "psi/section/packetiser.h"
#include "psi/ts/packet.h"

namespace headwater::hwgen {
namespace {

const Pid kPmt = Pid::from_wire(0x100);
const Pid kTeletext = Pid::from_wire(0x101);

std::uint8_t reversed(std::uint8_t byte) {
  std::uint8_t out = 0;
  for (int bit = 0; bit < 8; ++bit) out = static_cast<std::uint8_t>((out << 1) | ((byte >> bit) & 1));
  return out;
}

// EN 300 706 8.2: Hamming 8/4 of four bits.
std::uint8_t hamming(unsigned nibble) {
  static constexpr std::array<std::uint8_t, 16> kCode = {0x15, 0x02, 0x49, 0x5E, 0x64, 0x73, 0x38, 0x2F,
                                                         0xD0, 0xC7, 0x8C, 0x9B, 0xA1, 0xB6, 0xFD, 0xEA};
  return kCode[nibble & 0xF];
}

// EN 300 706 8.1: seven bits and odd parity.
std::uint8_t with_parity(char letter) {
  const auto bits = static_cast<std::uint8_t>(letter & 0x7F);
  return std::popcount(bits) % 2 == 0 ? bits | 0x80 : bits;
}

using Line = std::array<std::uint8_t, 42>;  // magazine and packet address, 40 bytes of data

// EN 300 706 9.1.2: magazine 8 is coded 0.
void address(Line& line, unsigned row) {
  line[0] = hamming((row & 1) << 3);
  line[1] = hamming(row >> 1);
}

// EN 300 706 9.3.1: the header of page 888, a subtitle that erases what was there.
Line header(std::string_view text) {
  Line line;
  address(line, 0);
  line[2] = hamming(8);    // units
  line[3] = hamming(8);    // tens
  line[4] = hamming(0);    // sub-code S1
  line[5] = hamming(0x8);  // S2, C4 erase page
  line[6] = hamming(0);    // S3
  line[7] = hamming(0x8);  // S4, C6 subtitle
  line[8] = hamming(0x1);  // C7 suppress header
  line[9] = hamming(0);    // C11..C14
  for (std::size_t at = 10; at < line.size(); ++at) {
    line[at] = with_parity(at - 10 < text.size() ? text[at - 10] : ' ');
  }
  return line;
}

Line row(unsigned number, std::string_view text) {
  Line line;
  address(line, number);
  for (std::size_t at = 2; at < line.size(); ++at)
    line[at] = with_parity(at - 2 < text.size() ? text[at - 2] : ' ');
  return line;
}

// EN 300 472 4.2 and 4.3: a PES packet of 184 bytes holds the 45-byte header and three lines.
ts::Packet pes_packet(std::uint64_t pts, std::uint8_t counter, const std::array<Line, 3>& lines) {
  ByteWriter out;
  out.u8(ts::kSyncByte).u16(static_cast<std::uint16_t>(0x4000 | kTeletext.value()));
  out.u8(static_cast<std::uint8_t>(0x10 | (counter & 0x0F)));
  out.u32(0x000001BD).u16(178).u8(0x84).u8(0x80).u8(36);  // data_alignment, PTS only
  out.u8(static_cast<std::uint8_t>(0x21 | ((pts >> 29) & 0x0E)));
  out.u16(static_cast<std::uint16_t>(((pts >> 14) & 0xFFFE) | 1))
      .u16(static_cast<std::uint16_t>((pts << 1) | 1));
  for (int stuffing = 0; stuffing < 31; ++stuffing) out.u8(0xFF);
  out.u8(0x10);  // data_identifier: EBU teletext
  unsigned field_line = 7;
  for (const Line& line : lines) {
    out.u8(0x03).u8(0x2C).u8(static_cast<std::uint8_t>(0xE0 | field_line++)).u8(0xE4);
    for (const std::uint8_t byte : line) out.u8(reversed(byte));
  }
  ts::Packet packet{};
  std::ranges::copy(std::move(out).take(), packet.begin());
  return packet;
}

psi::Pmt make_pmt(std::string_view language) {
  psi::Pmt pmt;
  pmt.program_number = 1;
  pmt.pcr_pid = kTeletext;
  // EN 300 468 6.2.43: type 2 subtitle page, magazine 8 coded 0, page 0x88.
  psi::Descriptor descriptor{0x56, {language.begin(), language.end()}};
  descriptor.data.insert(descriptor.data.end(), {0x10, 0x88});
  pmt.streams.push_back({0x06, kTeletext, {descriptor}});
  return pmt;
}

void append(std::vector<std::uint8_t>& out, const ts::Packet& packet) {
  out.insert(out.end(), packet.begin(), packet.end());
}

void append_table(std::vector<std::uint8_t>& out, Pid pid, const psi::Sections& sections,
                  std::uint8_t counter) {
  for (ts::Packet packet : psi::packetise(pid, sections)) {
    ts::set_continuity_counter(packet, counter);
    append(out, packet);
  }
}

}  // namespace

std::vector<std::uint8_t> make_teletext(std::string_view language, std::int64_t seconds) {
  psi::Pat pat;
  pat.transport_stream_id = 1;
  pat.programs = {{1, kPmt}};
  const psi::Sections pat_sections = psi::encode(pat).value();
  const psi::Sections pmt_sections = psi::encode(make_pmt(language)).value();

  std::vector<std::uint8_t> out;
  for (std::int64_t second = 0; second < seconds; ++second) {
    const auto counter = static_cast<std::uint8_t>(second & 0x0F);
    const std::int64_t now = second * kTicksPerSecond;
    append_table(out, kPatPid, pat_sections, counter);
    append_table(out, kPmt, pmt_sections, counter);
    append(out, ts::make_pcr_packet(kTeletext, Pcr::from_ticks(now),
                                    static_cast<std::uint8_t>((second + 15) & 0x0F)));
    const auto pts = static_cast<std::uint64_t>(second * 90'000 + 45'000);
    append(out, pes_packet(pts, counter,
                           {header(""), row(20, fmt::format("  Headwater, second {}", second)),
                            row(22, "  subtitle page 888")}));
  }
  return out;
}

}  // namespace headwater::hwgen
