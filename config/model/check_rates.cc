// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "config/model/checks.h"
#include "config/model/compare.h"

namespace headwater::config {
namespace {

constexpr std::uint64_t kTsPacket = 188;
constexpr std::uint64_t kMostTsPackets = 7;  // of a datagram

// IEEE 802.3: preamble and start 8, addresses and type 14, FCS 4, gap 12; RFC 791: 20; RFC 768: 8.
constexpr std::uint64_t kAroundUdp = 8 + 14 + 4 + 12 + 20 + 8;
constexpr std::uint64_t kVlanTag = 4;     // IEEE 802.1Q
constexpr std::uint64_t kRtpHeader = 12;  // RFC 3550 5.1

std::uint64_t on_the_wire(std::uint64_t rate, bool rtp, const Port& port) {
  const std::uint64_t payload = kMostTsPackets * kTsPacket;
  const std::uint64_t around = kAroundUdp + (rtp ? kRtpHeader : 0) + (port.vlan ? kVlanTag : 0);
  return rate * (payload + around) / payload;
}

std::string rate_text(std::uint64_t rate) {
  constexpr std::uint64_t kGiga = 1'000'000'000;
  return rate >= kGiga ? fmt::format("{:.2f} Gb/s", static_cast<double>(rate) / 1e9)
                       : fmt::format("{:.1f} Mb/s", static_cast<double>(rate) / 1e6);
}

// The most that an input may bring, and whether the operator says so: the default is no promise.
struct Most {
  std::uint64_t rate = 0;
  bool said = false;
};
Most most_of(const Input& input) {
  if (input.file_rate) return {*input.file_rate, true};
  return {input.max_rate, input.places.contains("max_rate")};
}

// What goes one way through a port, at most.
class Sum {
 public:
  void add(const Input& input, std::uint64_t rate) {
    if (most_of(input).said) {
      said_ += rate;
    } else {
      unsaid_ += rate;
    }
    if (rate > greatest_) {
      greatest_ = rate;
      greatest_input_ = &input;
    }
  }

  void check(Checks& checks, const Port& port, std::string_view what) const {
    if (said_ + unsaid_ <= *port.rate) return;
    const Location& where = place(port.places, "rate", port.where);
    const std::string begin = fmt::format("port \"{}\": {} of up to {} on the wire do not fit its {}",
                                          port.id, what, rate_text(said_ + unsaid_), rate_text(*port.rate));
    const std::string most =
        fmt::format("the most is of input \"{}\", {} ({})", greatest_input_->id, rate_text(greatest_),
                    to_string(place(greatest_input_->places, "max_rate", greatest_input_->where)));
    if (said_ > *port.rate) {
      return checks.error(where,
                          fmt::format("{}: move channels to another port, lower the `max_rate` of inputs or "
                                      "raise `rate`; {}",
                                      begin, most));
    }
    checks.warning(where,
                   fmt::format("{}, if inputs without a `max_rate` bring as much as they may ({} of it): say "
                               "what they bring; {}",
                               begin, rate_text(unsaid_), most));
  }

 private:
  std::uint64_t said_ = 0;
  std::uint64_t unsaid_ = 0;
  std::uint64_t greatest_ = 0;
  const Input* greatest_input_ = nullptr;
};

// Of one input through one port, by program, 0: the only one. They share what it brings: at most all of it is
// of the one that goes out most often.
using Shares = std::map<std::uint16_t, std::uint64_t>;

}  // namespace

void check_rates(Checks& checks) {
  const Configuration& configuration = checks.configuration;
  const Relations related = relations(configuration);
  std::map<std::pair<const Port*, std::size_t>, Shares> shares;
  for (std::size_t k = 0; k < configuration.channels.size(); ++k) {
    const Channel& channel = configuration.channels[k];
    if (!channel.enabled || !related.taken[k] || !configuration.inputs[*related.taken[k]].enabled) continue;
    const Input& input = configuration.inputs[*related.taken[k]];
    for (const Output& output : channel.outputs) {
      const auto port = checks.ports.find(output.port);
      if (port == checks.ports.end() || !port->second->rate) continue;
      shares[{port->second, *related.taken[k]}][channel.program.value_or(0)] +=
          on_the_wire(most_of(input).rate, output.rtp, *port->second);
    }
  }
  std::map<const Port*, std::pair<Sum, Sum>> sums;  // received, sent
  for (const Input& input : configuration.inputs) {
    const auto port = checks.ports.find(input.port);
    if (!input.enabled || port == checks.ports.end() || !port->second->rate) continue;
    sums[port->second].first.add(
        input, on_the_wire(most_of(input).rate, input.kind == Input::Kind::kRtp, *port->second));
  }
  for (const auto& [at, share] : shares) {
    const auto most = std::ranges::max_element(share, {}, [](const auto& each) { return each.second; });
    sums[at.first].second.add(configuration.inputs[at.second], most->second);
  }
  for (const Port& port : configuration.ports) {
    const auto sum = sums.find(&port);
    if (sum == sums.end()) continue;
    sum->second.first.check(checks, port, "inputs");
    sum->second.second.check(checks, port, "outputs");
  }
}

}  // namespace headwater::config
