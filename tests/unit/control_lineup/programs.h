// SPDX-License-Identifier: Apache-2.0
//
// Tables of small programs, for the tests of control.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "psi/base/pid.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"
#include "psi/tables/streams.h"
#include "psi/tables/tables.h"

namespace headwater::control::programs {

constexpr Pid pid(std::uint16_t value) {
  return Pid::from_wire(value);
}
constexpr Instant at_ms(std::int64_t ms) {
  return Instant{0} + Ticks27::milliseconds(ms);
}
// In the tests' streams a packet comes each millisecond.
constexpr StreamPosition packet_at(Instant arrival) {
  return {static_cast<std::uint64_t>((arrival - Instant{}).to_milliseconds())};
}

// ISO/IEC 13818-1 2.6.18: ISO_639_language_code, audio_type 0.
inline psi::Descriptor language(std::string_view code) {
  psi::Descriptor descriptor{0x0A, {}};
  for (const char c : code) descriptor.data.push_back(static_cast<std::uint8_t>(c));
  descriptor.data.push_back(0);
  return descriptor;
}
// ISO/IEC 13818-1 2.6.16: CA_system_ID, reserved 111 and CA_PID.
inline psi::Descriptor ca(std::uint16_t system, std::uint16_t ecm) {
  return {0x09,
          {static_cast<std::uint8_t>(system >> 8), static_cast<std::uint8_t>(system),
           static_cast<std::uint8_t>(0xE0 | (ecm >> 8)), static_cast<std::uint8_t>(ecm)}};
}

inline psi::Pmt::Stream video(std::uint16_t at) {
  return {0x1B, pid(at), {}};  // H.264
}
inline psi::Pmt::Stream mpeg2(std::uint16_t at) {
  return {0x02, pid(at), {}};
}
inline psi::Pmt::Stream audio(std::uint16_t at, std::string_view code) {
  return {0x03, pid(at), {language(code)}};  // MPEG-1 audio
}
// EN 300 468 annex D.3: AC-3 is stream_type 0x06 with an AC-3_descriptor, here without optional fields.
inline psi::Pmt::Stream ac3(std::uint16_t at, std::string_view code) {
  return {0x06, pid(at), {{0x6A, {0x00}}, language(code)}};
}
// TS 102 809 5.3.4: AIT sections are stream_type 0x05 with an application_signalling_descriptor (0x6F).
inline psi::Pmt::Stream ait(std::uint16_t at) {
  return {0x05, pid(at), {{0x6F, {0x80, 0x10, 0xE1}}}};
}
// EN 300 468 6.2.43: teletext_descriptor; initial page 100.
inline psi::Pmt::Stream teletext(std::uint16_t at) {
  return {0x06, pid(at), {{0x56, {'d', 'e', 'u', 0x09, 0x00}}}};
}
// SCTE 35: stream_type 0x86.
inline psi::Pmt::Stream scte35(std::uint16_t at) {
  return {0x86, pid(at), {}};
}

inline psi::Pmt pmt(std::uint16_t number, std::uint8_t version, std::uint16_t pcr,
                    std::vector<psi::Pmt::Stream> streams) {
  psi::Pmt table;
  table.program_number = number;
  table.version = version;
  table.pcr_pid = pid(pcr);
  table.streams = std::move(streams);
  return table;
}

inline psi::Pat pat(std::uint8_t version,
                    std::initializer_list<std::pair<std::uint16_t, std::uint16_t>> programs) {
  psi::Pat table;
  table.transport_stream_id = 0x0BAD;
  table.version = version;
  for (const auto& [number, at] : programs) table.programs.push_back({number, pid(at)});
  return table;
}

inline psi::Sdt::Service service(std::uint16_t id, const std::string& name, const std::string& provider,
                                 std::uint8_t type = 0x19) {
  psi::Sdt::Service entry;
  entry.id = id;
  entry.descriptors.push_back(
      psi::encode(psi::ServiceDescriptor{.type = type, .provider = provider, .name = name}));
  return entry;
}

inline psi::Sdt sdt(std::uint8_t version, std::vector<psi::Sdt::Service> services) {
  psi::Sdt table;
  table.transport_stream_id = 0x0BAD;
  table.original_network_id = 0x2222;
  table.version = version;
  table.services = std::move(services);
  return table;
}

}  // namespace headwater::control::programs
