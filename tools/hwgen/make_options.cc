// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/make_options.h"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <iostream>
#include <map>

namespace headwater::hwgen {
namespace {

namespace po = boost::program_options;

const std::map<std::string, std::vector<std::string>> kVideoEncoders = {
    {"h264", {"libx264", "-preset", "veryfast", "-bf", "2"}},
    {"mpeg2", {"mpeg2video", "-bf", "2"}},
    {"hevc", {"libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=25"}},
    {"none", {}},
};
const std::map<std::string, std::vector<std::string>> kAudioEncoders = {
    {"aac", {"aac", "96k"}}, {"mp2", {"mp2", "192k"}}, {"ac3", {"ac3", "192k"}}, {"eac3", {"eac3", "192k"}}};

std::string names_of(const std::map<std::string, std::vector<std::string>>& encoders) {
  std::string names;
  for (const auto& [name, unused] : encoders) names += (names.empty() ? "" : ", ") + name;
  return names;
}

std::expected<AudioSpec, std::string> parse_audio(const std::string& word) {
  const std::size_t colon = word.find(':');
  AudioSpec audio{.codec = word.substr(0, colon),
                  .language = colon == std::string::npos ? "" : word.substr(colon + 1)};
  if (!kAudioEncoders.contains(audio.codec)) {
    return std::unexpected(fmt::format("--audio {}: the codec is one of {}", word, names_of(kAudioEncoders)));
  }
  if (!audio.language.empty() && audio.language.size() != 3) {
    return std::unexpected(fmt::format("--audio {}: a language has three letters, as in aac:deu", word));
  }
  return audio;
}

constexpr std::int64_t kMostSeconds = 86'400;  // a day of a service is tens of gigabytes

}  // namespace

std::expected<std::optional<MakeOptions>, std::string> parse_make_options(
    const std::vector<std::string>& words) {
  MakeOptions options;
  std::string file;
  std::string teletext;
  std::vector<std::string> audio;
  po::options_description description("hwgen make FILE [options]: makes a file of one service");
  auto add = description.add_options();
  add("help,h", "this text");
  add("file", po::value(&file), "where to write (the first plain word)");
  add("video", po::value(&options.video)->default_value(options.video), "h264, mpeg2, hevc or none (radio)");
  add("size", po::value(&options.size)->default_value(options.size), "of the picture");
  add("video-rate", po::value(&options.video_rate)->default_value(options.video_rate), "of the video");
  add("audio", po::value(&audio), "CODEC[:LANGUAGE], any number: aac, mp2, ac3, eac3");
  add("teletext", po::value(&teletext), "LANGUAGE of a teletext subtitle page 888");
  add("rate", po::value(&options.rate), "constant rate of the multiplex, filled with nulls; default: none");
  add("seconds", po::value(&options.seconds)->default_value(options.seconds), "how long");
  add("service-id", po::value(&options.service_id)->default_value(options.service_id), "program_number");
  add("tsid", po::value(&options.transport_stream_id)->default_value(options.transport_stream_id),
      "transport_stream_id");
  add("name", po::value(&options.name)->default_value(options.name), "of the service");
  add("provider", po::value(&options.provider)->default_value(options.provider), "of the service");
  po::positional_options_description positional;
  positional.add("file", 1);
  try {
    po::variables_map values;
    po::store(po::command_line_parser(words).options(description).positional(positional).run(), values);
    po::notify(values);
    if (values.contains("help")) {
      std::cout << description;
      return std::nullopt;
    }
  } catch (const po::error& error) {
    return std::unexpected(error.what());
  }
  if (file.empty()) return std::unexpected("make wants the FILE to write");
  options.file = file;
  if (!kVideoEncoders.contains(options.video)) {
    return std::unexpected(fmt::format("--video {}: one of {}", options.video, names_of(kVideoEncoders)));
  }
  for (const std::string& word : audio) {
    auto spec = parse_audio(word);
    if (!spec) return std::unexpected(spec.error());
    options.audio.push_back(std::move(*spec));
  }
  if (!teletext.empty()) {
    if (teletext.size() != 3) return std::unexpected("--teletext wants a language of three letters");
    options.teletext = teletext;
  }
  if (options.video == "none" && options.audio.empty())
    return std::unexpected("a service needs --video or --audio");
  if (options.seconds < 1 || options.seconds > kMostSeconds)
    return std::unexpected(fmt::format("--seconds {}: 1 to {}", options.seconds, kMostSeconds));
  return options;
}

std::vector<std::string> ffmpeg_arguments(const MakeOptions& options,
                                          const std::filesystem::path& teletext_file) {
  std::vector<std::string> arguments = {"ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"};
  std::vector<std::string> maps;
  std::vector<std::string> codecs;
  const auto add = [](std::vector<std::string>& to, std::initializer_list<std::string> more) {
    to.insert(to.end(), more);
  };
  unsigned inputs = 0;
  if (options.video != "none") {
    add(arguments, {"-f", "lavfi", "-i", fmt::format("testsrc2=size={}:rate=25", options.size)});
    add(maps, {"-map", fmt::format("{}:v", inputs++)});
    add(codecs, {"-c:v"});
    const std::vector<std::string>& encoder = kVideoEncoders.at(options.video);
    codecs.insert(codecs.end(), encoder.begin(), encoder.end());
    add(codecs, {"-pix_fmt", "yuv420p", "-g", "25", "-b:v", options.video_rate, "-maxrate",
                 options.video_rate, "-bufsize", options.video_rate});
  }
  for (std::size_t index = 0; index < options.audio.size(); ++index) {
    const AudioSpec& audio = options.audio[index];
    const std::vector<std::string>& encoder = kAudioEncoders.at(audio.codec);
    add(arguments,
        {"-f", "lavfi", "-i", fmt::format("sine=frequency={}:sample_rate=48000", 440 + 220 * index)});
    add(maps, {"-map", fmt::format("{}:a", inputs++)});
    add(codecs, {fmt::format("-c:a:{}", index), encoder[0], fmt::format("-b:a:{}", index), encoder[1]});
    if (!audio.language.empty()) {
      add(codecs, {fmt::format("-metadata:s:a:{}", index), "language=" + audio.language});
    }
  }
  if (options.teletext) {
    add(arguments, {"-i", teletext_file.string()});
    add(maps, {"-map", fmt::format("{}:s", inputs++)});
    add(codecs, {"-c:s", "copy"});
  }
  arguments.insert(arguments.end(), maps.begin(), maps.end());
  arguments.insert(arguments.end(), codecs.begin(), codecs.end());
  add(arguments,
      {"-t", std::to_string(options.seconds), "-f", "mpegts", "-mpegts_service_id",
       std::to_string(options.service_id), "-mpegts_transport_stream_id",
       std::to_string(options.transport_stream_id), "-metadata", "service_name=" + options.name, "-metadata",
       "service_provider=" + options.provider, "-pcr_period", "35", "-pes_payload_size", "0"});
  if (options.video == "none") add(arguments, {"-mpegts_service_type", "digital_radio"});
  if (!options.rate.empty()) add(arguments, {"-muxrate", options.rate});
  arguments.push_back(options.file.string());
  return arguments;
}

}  // namespace headwater::hwgen
