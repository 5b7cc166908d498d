// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/expand.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "config/yaml/text.h"

namespace headwater::config {
namespace {

std::string literal(std::string_view text) {
  return in_quotes(without_variables(text));
}

// Of an id, which has letters, digits and '-', '_', '.' alone: in quotes where YAML 1.1 or 1.2 takes it for
// nothing, a truth value, a number or a date.
std::string id_text(std::string_view id) {
  constexpr std::array<std::string_view, 9> kWords = {"null", "true", "false", "yes", "no",
                                                      "on",   "off",  "y",     "n"};
  std::string lower(id);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool word = std::ranges::find(kWords, lower) != kWords.end();
  const bool digit = !id.empty() && id.front() >= '0' && id.front() <= '9';
  return word || digit ? in_quotes(id) : std::string(id);
}

// Exactly. K takes nine digits behind the point, which are two bytes: as fine as any size that was read.
std::string size_text(std::uint64_t bytes) {
  if (bytes % (1ULL << 20) == 0) return fmt::format("{}M", bytes >> 20);
  if (bytes % 1024 == 0) return fmt::format("{}K", bytes >> 10);
  return fmt::format("{}.{:09}K", bytes >> 10, bytes % 1024 / 2 * 1'953'125);
}

std::string flag(bool value) {
  return value ? "true" : "false";
}

std::string milliseconds(std::uint64_t value) {
  return fmt::format("{}ms", value);
}

template <typename Values, typename Text>
std::string list(const Values& values, Text text) {
  std::string out;
  for (const auto& value : values) out += (out.empty() ? "" : ", ") + text(value);
  return "[" + out + "]";
}
std::string texts(const std::vector<std::string>& values) {
  return list(values, [](const std::string& value) { return literal(value); });
}
std::string pid_text(Pid pid) {
  return fmt::format("0x{:04x}", pid.value());
}
std::string pids(const std::vector<Pid>& values) {
  return list(values, pid_text);
}

class Writer {
 public:
  explicit Writer(Defaults defaults) : defaults_(defaults) {}

  void section(std::string_view name) { open(0, fmt::format("{}:", name)); }
  void empty_section(std::string_view name, std::string_view nothing) {
    close(0);
    text_ += fmt::format("{}: {}\n", name, nothing);
  }
  // What follows stands in the map or list of this key.
  void open(std::size_t indent, std::string_view key, const Location& where) {
    open(indent, commented(std::string(indent, ' ') + std::string(key) + ":", to_string(where)));
  }
  void begin_item(std::size_t indent) {
    close(indent + 1);
    indent_ = indent + 2;
    item_ = true;
  }
  void within(std::size_t indent, const Places& places) {
    indent_ = indent;
    places_ = &places;
  }
  // `place`: its key in the places, where that is another one.
  void value(std::string_view key, const std::string& value, std::string_view place = {}) {
    const auto where = places_->find(place.empty() ? key : place);
    const bool said = where != places_->end();
    if (!said && defaults_ == Defaults::kLeftOut) return;
    for (const Opened& each : opened_) text_ += each.line + "\n";
    opened_.clear();
    std::string begin(indent_, ' ');
    if (std::exchange(item_, false)) begin[indent_ - 2] = '-';
    text_ +=
        commented(fmt::format("{}{}: {}", begin, key, value), said ? to_string(where->second) : "default") +
        "\n";
  }
  // What warns wherever it stands: not by its default.
  void value_if_said(std::string_view key, const std::string& value, std::string_view place = {}) {
    if (places_->contains(place.empty() ? key : place)) this->value(key, value, place);
  }
  std::string take() { return std::move(text_); }

 private:
  struct Opened {
    std::size_t indent = 0;
    std::string line;
  };
  // Written with the first value in it, or never.
  void open(std::size_t indent, std::string line) {
    close(indent);
    opened_.push_back({indent, std::move(line)});
  }
  void close(std::size_t indent) {
    while (!opened_.empty() && opened_.back().indent >= indent) opened_.pop_back();
  }
  static std::string commented(std::string line, std::string_view where) {
    constexpr std::size_t kComments = 60;
    if (line.size() < kComments) line.resize(kComments, ' ');
    return fmt::format("{}  # {}", line, printable(where));
  }

  Defaults defaults_;
  std::string text_;
  std::vector<Opened> opened_;
  std::size_t indent_ = 0;
  bool item_ = false;
  const Places* places_ = nullptr;
};

void write(Writer& to, const Headend& headend) {
  to.section("headend");
  to.within(2, headend.places);
  to.value("name", literal(headend.name));
  to.value_if_said("network_id", fmt::format("{}", headend.network_id));
  to.value("original_network_id", fmt::format("{}", headend.original_network_id));
  to.value("workers", list(headend.workers, [](unsigned core) { return fmt::format("{}", core); }));
  to.value("poll", headend.poll == Headend::Poll::kBusy ? "busy" : "adaptive");
  to.value("memory", size_text(headend.memory));
  to.value("huge_pages", flag(headend.huge_pages));
  to.value("state_directory", literal(headend.state_directory));
  to.value("api_socket", literal(headend.api_socket));
}

void write(Writer& to, const Port& port) {
  to.open(2, id_text(port.id), port.where);
  to.within(4, port.places);
  to.value("device", literal(port.device));
  to.value("address", list(port.addresses, [](const PortAddress& each) {
             return fmt::format("{}/{}", each.address, each.prefix);
           }));
  if (port.gateway) to.value("gateway", *port.gateway);
  if (port.vlan) to.value("vlan", fmt::format("{}", *port.vlan));
  if (port.rate) to.value("rate", fmt::format("{}", *port.rate));
  if (port.mac) to.value("mac", in_quotes(*port.mac));
}

std::string source_of(const Input& input) {
  if (input.kind == Input::Kind::kFile) return "file:" + std::filesystem::absolute(input.path).string();
  return fmt::format("{}://{}:{}", input.kind == Input::Kind::kRtp ? "rtp" : "udp", input.group,
                     input.udp_port);
}

void write(Writer& to, const Input& input) {
  to.open(2, id_text(input.id), input.where);
  to.within(4, input.places);
  to.value("source", literal(source_of(input)));
  if (input.kind != Input::Kind::kFile) {
    to.value("port", id_text(input.port));
    if (input.from) to.value("from", *input.from);
    to.value("jitter", milliseconds(input.jitter_ms));
    if (input.kind == Input::Kind::kRtp) to.value("reorder", milliseconds(input.reorder_ms));
  }
  if (input.file_rate) to.value("rate", fmt::format("{}", *input.file_rate));
  // Said, it counts against the port's rate as a promise, which the default is not.
  to.value_if_said("max_rate", fmt::format("{}", input.max_rate));
  to.value("enabled", flag(input.enabled));
}

void write(Writer& to, const Output& output) {
  to.begin_item(4);
  to.within(6, output.places);
  to.value("to",
           in_quotes(fmt::format("{}://{}:{}", output.rtp ? "rtp" : "udp", output.group, output.udp_port)));
  to.value("port", id_text(output.port));
  if (output.from) to.value("from", *output.from);
  if (output.source_port) to.value("source_port", fmt::format("{}", *output.source_port));
  to.value("dscp", fmt::format("{}", output.dscp));
  to.value("ttl", fmt::format("{}", output.ttl));
  to.value("nulls", output.keep_nulls ? "keep" : "drop");
}

void write(Writer& to, const StreamFilter& streams, const Channel& of) {
  if (streams == StreamFilter{}) return;
  to.open(2, "streams", of.where);
  to.within(4, of.places);
  if (!streams.keep.empty()) to.value("keep", texts(streams.keep), "streams.keep");
  if (!streams.languages.empty()) to.value("languages", texts(streams.languages), "streams.languages");
  if (!streams.only.empty()) to.value("only", pids(streams.only), "streams.only");
  if (!streams.drop.empty()) to.value("drop", pids(streams.drop), "streams.drop");
}

void write(Writer& to, const PidPlan& plan, const Channel& of) {
  to.open(2, "pids", of.where);
  to.within(4, of.places);
  to.value("mode", plan.mode == PidPlan::Mode::kAllocate ? "allocate" : "keep", "pids.mode");
  const std::string first = pid_text(Pid::from_wire(plan.first));
  if (plan.mode == PidPlan::Mode::kAllocate) {
    to.value("first", first, "pids.first");
  } else {
    to.value_if_said("first", first, "pids.first");
  }
  if (plan.pmt) to.value("pmt", pid_text(*plan.pmt), "pids.pmt");
  if (plan.video) to.value("video", pid_text(*plan.video), "pids.video");
  std::string map;
  for (const auto& [from, out] : plan.map)
    map += fmt::format("{}0x{:04x}: {}", map.empty() ? "" : ", ", from, pid_text(out));
  if (!map.empty()) to.value("map", "{ " + map + " }", "pids.map");
}

void write(Writer& to, const Channel& channel) {
  to.begin_item(0);
  to.within(2, channel.places);
  to.value("id", id_text(channel.id));
  to.value("name", literal(channel.name));
  if (channel.number) to.value("number", fmt::format("{}", *channel.number));
  if (!channel.provider.empty()) to.value("provider", literal(channel.provider));
  to.value("inputs", list(channel.inputs, id_text));
  if (channel.program) to.value("program", fmt::format("{}", *channel.program));
  if (channel.service_id) to.value("service_id", fmt::format("{}", *channel.service_id));
  if (channel.service_type) to.value("service_type", fmt::format("{}", *channel.service_type));
  if (channel.transport_stream_id)
    to.value("transport_stream_id", fmt::format("{}", *channel.transport_stream_id));
  to.value("delay", milliseconds(channel.delay_ms));
  to.value("scrambled", channel.scrambled == Channel::Scrambled::kPass ? "pass" : "refuse");
  to.value("enabled", flag(channel.enabled));
  write(to, channel.streams, channel);
  write(to, channel.pids, channel);
  if (channel.outputs.empty()) return;
  to.open(2, "outputs", channel.where);
  for (const Output& output : channel.outputs) write(to, output);
}

template <typename Part>
void write_all(Writer& to, std::string_view name, const std::vector<Part>& parts, std::string_view nothing) {
  if (parts.empty()) return to.empty_section(name, nothing);
  to.section(name);
  for (const Part& part : parts) write(to, part);
}

}  // namespace

std::string expanded(const Configuration& configuration, Defaults defaults) {
  Writer to(defaults);
  write(to, configuration.headend);
  write_all(to, "ports", configuration.ports, "{}");
  write_all(to, "inputs", configuration.inputs, "{}");
  write_all(to, "channels", configuration.channels, "[]");
  return to.take();
}

}  // namespace headwater::config
