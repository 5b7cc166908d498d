// SPDX-License-Identifier: Apache-2.0
//
// What `hwgen make` is asked for: one service, its codecs and its rates.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace headwater::hwgen {

struct AudioSpec {
  std::string codec;     // aac mp2 ac3 eac3
  std::string language;  // ISO 639-2; empty: not said
};

struct MakeOptions {
  std::filesystem::path file;
  std::string video = "h264";  // h264 mpeg2 hevc none
  std::string size = "640x360";
  std::string video_rate = "1500k";
  std::vector<AudioSpec> audio;
  std::optional<std::string> teletext;  // language
  std::string rate;                     // of the constant-rate multiplex; empty: no null packets
  std::int64_t seconds = 20;  // signed: boost reads -5 into an unsigned number as four thousand million
  std::uint16_t service_id = 1;
  std::uint16_t transport_stream_id = 1;
  std::string name = "Headwater test";
  std::string provider = "Headwater";
};

// The error is for the user. nullopt: --help was asked for and printed.
[[nodiscard]] std::expected<std::optional<MakeOptions>, std::string> parse_make_options(
    const std::vector<std::string>& words);

// FFmpeg's arguments, the program's name first; `teletext_file` where there is one.
[[nodiscard]] std::vector<std::string> ffmpeg_arguments(const MakeOptions& options,
                                                        const std::filesystem::path& teletext_file);

}  // namespace headwater::hwgen
