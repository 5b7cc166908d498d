// SPDX-License-Identifier: Apache-2.0
// ISO/IEC 13818-1 table 2-34 (stream_type) and table 2-45, EN 300 468 table 12 (descriptor_tag), SCTE 35,
// ATSC A/53 and the SMPTE registry of format_identifiers.
#include "psi/tables/streams.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "psi/base/bytes.h"

namespace headwater::psi {
namespace {

struct Known {
  StreamKind kind;
  std::string_view codec;
};

struct KnownType {
  std::uint8_t type;
  Known what;
};
// stream_types that say all by themselves.
constexpr std::array<KnownType, 28> kTypes{{
    {0x01, {StreamKind::kVideo, "MPEG-1"}},    {0x02, {StreamKind::kVideo, "MPEG-2"}},
    {0x03, {StreamKind::kAudio, "MP2"}},       {0x04, {StreamKind::kAudio, "MP2"}},
    {0x0A, {StreamKind::kData, "DSM-CC"}},     {0x0B, {StreamKind::kData, "DSM-CC"}},
    {0x0C, {StreamKind::kData, "DSM-CC"}},     {0x0D, {StreamKind::kData, "DSM-CC"}},
    {0x0F, {StreamKind::kAudio, "AAC"}},       {0x10, {StreamKind::kVideo, "MPEG-4"}},
    {0x11, {StreamKind::kAudio, "AAC-LATM"}},  {0x14, {StreamKind::kData, "DSM-CC"}},
    {0x15, {StreamKind::kData, "metadata"}},   {0x1B, {StreamKind::kVideo, "H.264"}},
    {0x1C, {StreamKind::kAudio, "AAC"}},       {0x1F, {StreamKind::kVideo, "H.264"}},  // SVC layer
    {0x20, {StreamKind::kVideo, "H.264"}},                                             // MVC view
    {0x21, {StreamKind::kVideo, "JPEG 2000"}}, {0x24, {StreamKind::kVideo, "HEVC"}},
    {0x25, {StreamKind::kVideo, "HEVC"}},                                            // temporal subset
    {0x2D, {StreamKind::kAudio, "MPEG-H"}},                                          // main stream
    {0x2E, {StreamKind::kAudio, "MPEG-H"}},                                          // auxiliary stream
    {0x33, {StreamKind::kVideo, "VVC"}},       {0x34, {StreamKind::kVideo, "VVC"}},  // temporal subset
    {0x42, {StreamKind::kVideo, "AVS"}},       {0xD1, {StreamKind::kVideo, "Dirac"}},
    {0xD2, {StreamKind::kVideo, "AVS2"}},      {0xEA, {StreamKind::kVideo, "VC-1"}},
}};

struct KnownFormat {
  std::string_view identifier;
  Known what;
};
// format_identifiers of the registration_descriptor.
constexpr std::array<KnownFormat, 15> kFormats{{
    {"AC-3", {StreamKind::kAudio, "AC-3"}},
    {"AC-4", {StreamKind::kAudio, "AC-4"}},
    {"AV01", {StreamKind::kVideo, "AV1"}},
    {"BSSD", {StreamKind::kAudio, "S302M"}},
    {"CUEI", {StreamKind::kScte35, "SCTE-35"}},
    {"DTS1", {StreamKind::kAudio, "DTS"}},
    {"DTS2", {StreamKind::kAudio, "DTS"}},
    {"DTS3", {StreamKind::kAudio, "DTS"}},
    {"EAC3", {StreamKind::kAudio, "E-AC-3"}},
    {"HEVC", {StreamKind::kVideo, "HEVC"}},
    {"ID3 ", {StreamKind::kData, "ID3"}},
    {"KLVA", {StreamKind::kData, "KLV"}},
    {"Opus", {StreamKind::kAudio, "Opus"}},
    {"VC-1", {StreamKind::kVideo, "VC-1"}},
    {"drac", {StreamKind::kVideo, "Dirac"}},
}};

struct KnownTag {
  std::uint8_t tag;
  Known what;
};
// Descriptors that name what private PES data carries.
constexpr std::array<KnownTag, 8> kTags{{
    {0x45, {StreamKind::kData, "VBI"}},
    {0x46, {StreamKind::kTeletext, "teletext"}},  // in VBI_teletext_descriptor
    {0x56, {StreamKind::kTeletext, "teletext"}},
    {0x59, {StreamKind::kSubtitle, "DVB subtitles"}},
    {0x6A, {StreamKind::kAudio, "AC-3"}},
    {0x7A, {StreamKind::kAudio, "E-AC-3"}},
    {0x7B, {StreamKind::kAudio, "DTS"}},
    {0x7C, {StreamKind::kAudio, "AAC"}},
}};
// EN 300 468 table 109, descriptor_tag_extension behind tag 0x7F.
constexpr std::array<KnownTag, 6> kExtendedTags{{
    {0x0E, {StreamKind::kAudio, "DTS-HD"}},
    {0x0F, {StreamKind::kAudio, "DTS Neural"}},
    {0x11, {StreamKind::kData, "T2-MI"}},
    {0x15, {StreamKind::kAudio, "AC-4"}},
    {0x20, {StreamKind::kSubtitle, "TTML"}},
    {0x21, {StreamKind::kAudio, "DTS-UHD"}},
}};

std::optional<Known> by_tag(const Descriptor& descriptor) {
  const bool extended = descriptor.tag == 0x7F && !descriptor.data.empty();
  if (extended) {
    const auto* found = std::ranges::find(kExtendedTags, descriptor.data[0], &KnownTag::tag);
    return found != kExtendedTags.end() ? std::optional(found->what) : std::nullopt;
  }
  const auto* found = std::ranges::find(kTags, descriptor.tag, &KnownTag::tag);
  return found != kTags.end() ? std::optional(found->what) : std::nullopt;
}

bool has_tag(const Pmt::Stream& stream, std::uint8_t tag) {
  return std::ranges::find(stream.descriptors, tag, &Descriptor::tag) != stream.descriptors.end();
}

// format_identifier of the registration_descriptor (tag 0x05), ISO/IEC 13818-1 2.6.8; empty: none.
std::string registration(const Pmt::Stream& stream) {
  for (const Descriptor& d : stream.descriptors) {
    if (d.tag == 0x05 && d.data.size() >= 4) return {d.data.begin(), d.data.begin() + 4};
  }
  return {};
}

std::optional<Known> by_registration(const Pmt::Stream& stream) {
  const auto* found = std::ranges::find(kFormats, registration(stream), &KnownFormat::identifier);
  return found != kFormats.end() ? std::optional(found->what) : std::nullopt;
}

// PES private data (stream_type 0x06): the descriptors say what it is. EN 300 468's own come before a
// registration.
Known private_data(const Pmt::Stream& stream) {
  for (const Descriptor& d : stream.descriptors) {
    if (const auto known = by_tag(d)) return *known;
  }
  return by_registration(stream).value_or(Known{StreamKind::kOther, "private"});
}

// User private stream_types (0x80..0xFF) mean what ATSC, SCTE or the Blu-ray format say; the registration
// decides between them.
std::optional<Known> user_private(const Pmt::Stream& stream) {
  const std::string format = registration(stream);
  const bool disc = format == "HDMV";
  const bool dts = format.starts_with("DTS");
  const bool cable = format == "SCTE" || format == "GA94";
  switch (stream.type) {
    case 0x80:
      return disc ? Known{StreamKind::kAudio, "LPCM"} : Known{StreamKind::kVideo, "MPEG-2"};
    case 0x81:
      return Known{StreamKind::kAudio, "AC-3"};
    case 0x82:
      // Without a registration: muxers of files send DTS so, and SCTE 27 is found in North American cable
      // only.
      if (cable) return Known{StreamKind::kSubtitle, "SCTE-27"};
      return Known{StreamKind::kAudio, "DTS"};
    case 0x86:
      if (disc || dts) return Known{StreamKind::kAudio, "DTS-HD"};
      return Known{StreamKind::kScte35, "SCTE-35"};
    case 0x87:
      return Known{StreamKind::kAudio, "E-AC-3"};
    default:
      return std::nullopt;
  }
}

Known identify(const Pmt::Stream& stream) {
  if (stream.type == 0x05) {  // private sections: application_signalling_descriptor, TS 102 809 5.3.5.1
    if (has_tag(stream, 0x6F)) return {StreamKind::kAit, "AIT"};
    return {StreamKind::kData, "private sections"};
  }
  if (stream.type == 0x06) return private_data(stream);
  const auto* type = std::ranges::find(kTypes, stream.type, &KnownType::type);
  if (type != kTypes.end()) return type->what;
  if (const auto known = user_private(stream)) return *known;
  return by_registration(stream).value_or(Known{StreamKind::kOther, "unknown"});
}

// Three letters, lower case; what is no letter is no language code.
std::optional<std::string> language_code(Bytes bytes) {
  std::string code;
  for (const std::uint8_t byte : bytes) {
    const auto lower = static_cast<char>(byte | 0x20);
    if (byte >= 0x80 || lower < 'a' || lower > 'z') return std::nullopt;
    code.push_back(lower);
  }
  return code;
}

// Bytes an entry of a descriptor that lists languages, each entry beginning with its code; 0: it lists none.
std::size_t language_entry_size(std::uint8_t tag) {
  switch (tag) {
    case 0x0A:  // ISO_639_language_descriptor: code, audio_type
      return 4;
    case 0x46:  // VBI_teletext_descriptor, teletext_descriptor: code, type and magazine, page
    case 0x56:
      return 5;
    case 0x59:  // subtitling_descriptor: code, type, composition page, ancillary page
      return 8;
    default:
      return 0;
  }
}

std::vector<std::string> languages_of(const Pmt::Stream& stream) {
  std::vector<std::string> languages;
  const auto add = [&languages](Bytes bytes) {
    auto code = language_code(bytes);
    if (code && std::ranges::find(languages, *code) == languages.end()) languages.push_back(std::move(*code));
  };
  for (const Descriptor& d : stream.descriptors) {
    if (d.tag == 0x7F && d.data.size() >= 4 && d.data[0] == 0x20) add(Bytes(d.data).subspan(1, 3));  // TTML
    const std::size_t size = language_entry_size(d.tag);
    if (size == 0) continue;
    ByteReader reader(d.data);
    while (const auto entry = reader.take(size)) add(entry->first(3));
  }
  return languages;
}

}  // namespace

std::string_view to_string(StreamKind kind) {
  switch (kind) {
    case StreamKind::kVideo:
      return "video";
    case StreamKind::kAudio:
      return "audio";
    case StreamKind::kTeletext:
      return "teletext";
    case StreamKind::kSubtitle:
      return "subtitle";
    case StreamKind::kAit:
      return "ait";
    case StreamKind::kScte35:
      return "scte35";
    case StreamKind::kData:
      return "data";
    case StreamKind::kOther:
      return "other";
  }
  return "other";
}

StreamInfo describe(const Pmt::Stream& stream) {
  const Known known = identify(stream);
  return {.kind = known.kind, .codec = std::string(known.codec), .languages = languages_of(stream)};
}

bool has_ca_descriptor(const Pmt& pmt) {
  const auto is_ca = [](const Descriptor& d) { return d.tag == 0x09; };
  return std::ranges::any_of(pmt.descriptors, is_ca) ||
         std::ranges::any_of(pmt.streams, [&](const Pmt::Stream& stream) {
           return std::ranges::any_of(stream.descriptors, is_ca);
         });
}

}  // namespace headwater::psi
