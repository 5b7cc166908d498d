// SPDX-License-Identifier: Apache-2.0
//
// What an elementary stream of a PMT is: its kind, codec and languages, from stream_type and descriptors. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "psi/tables/tables.h"

namespace headwater::psi {

enum class StreamKind : std::uint8_t { kVideo, kAudio, kTeletext, kSubtitle, kAit, kScte35, kData, kOther };

// The words of the configuration: video audio teletext subtitle ait scte35 data other.
[[nodiscard]] std::string_view to_string(StreamKind kind);

struct StreamInfo {
  StreamKind kind = StreamKind::kOther;
  std::string codec;  // "H.264", "MPEG-2", "HEVC", "AAC", "MP2", "AC-3", "E-AC-3", "teletext", ...
  std::vector<std::string> languages;  // ISO 639-2, lower case, in order; empty: not said
};

[[nodiscard]] StreamInfo describe(const Pmt::Stream& stream);

// A CA_descriptor (tag 0x09) at program or at stream level.
[[nodiscard]] bool has_ca_descriptor(const Pmt& pmt);

// EN 300 468 6.2.33 service_descriptor (tag 0x48): text encoded as UTF-8 with selector 0x15 unless plain
// ASCII.
struct ServiceDescriptor {
  std::uint8_t type = 1;  // table 87: 0x01 digital television, 0x02 digital radio, 0x19 HD, 0x1F HEVC, ...
  std::string provider;   // UTF-8
  std::string name;       // UTF-8
};
[[nodiscard]] Descriptor encode(const ServiceDescriptor& service);
// nullopt: no service_descriptor or cut. Text in any table of EN 300 468 annex A comes out as UTF-8; what has
// no mapping as U+FFFD.
[[nodiscard]] std::optional<ServiceDescriptor> find_service_descriptor(
    const std::vector<Descriptor>& descriptors);

}  // namespace headwater::psi
