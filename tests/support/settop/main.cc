// SPDX-License-Identifier: Apache-2.0
//
// settop: a set-top box for tests and the demo. Joins a group, receives, and prints as JSON what it found.
//
//   settop udp://GROUP:PORT|rtp://GROUP:PORT [--source ADDRESS] [--interface eth0] [--seconds N]
//          [--datagrams N] [-w FILE]
//   settop --joins [GROUP:PORT...] [--interface eth0] [--seconds N]
//
// The second form joins the groups and counts the multicast UDP frames that reach the interface, by group:
// what it did not join must not be there. Both end after N seconds, or at SIGTERM or SIGINT. Exit 0 done, 1
// failed, 2 usage.
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "tests/support/settop/json.h"
#include "tests/support/settop/sockets.h"
#include "tests/support/settop/stream_report.h"

namespace headwater::settop {
namespace {

std::atomic<bool> g_stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

struct Options {
  bool joins = false;
  bool rtp = false;
  std::vector<Endpoint> endpoints;
  std::optional<wire::Ipv4Address> source;
  std::string interface = "eth0";
  std::optional<std::int64_t> seconds;
  std::optional<std::uint64_t> datagrams;
  std::string file;
};

template <typename Number>
std::optional<Number> number(const std::string& text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  return value;
}

std::optional<Options> parse(std::span<char* const> arguments) {
  Options options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string word = arguments[i];
    if (word == "--joins") {
      options.joins = true;
      continue;
    }
    if (word.starts_with("-")) {
      if (++i == arguments.size()) return std::nullopt;
      const std::string value = arguments[i];
      if (word == "--source") {
        options.source = wire::Ipv4Address::parse(value);
        if (!options.source) return std::nullopt;
      } else if (word == "--interface") {
        options.interface = value;
      } else if (word == "--seconds") {
        options.seconds = number<std::int64_t>(value);
        if (!options.seconds || *options.seconds < 1) return std::nullopt;
      } else if (word == "--datagrams") {
        options.datagrams = number<std::uint64_t>(value);
        if (!options.datagrams) return std::nullopt;
      } else if (word == "-w") {
        options.file = value;
      } else {
        return std::nullopt;
      }
      continue;
    }
    std::string address = word;
    if (!options.joins) {
      options.rtp = word.starts_with("rtp://");
      if (!options.rtp && !word.starts_with("udp://")) return std::nullopt;
      address = word.substr(6);
    }
    const auto endpoint = Endpoint::parse(address);
    if (!endpoint) return std::nullopt;
    options.endpoints.push_back(*endpoint);
  }
  if (!options.joins && options.endpoints.size() != 1) return std::nullopt;
  return options;
}

bool time_is_up(const Options& options, Instant start) {
  return g_stop || (options.seconds && wall_clock() - start >= Ticks27::seconds(*options.seconds));
}

std::expected<void, std::string> receive(const Options& options) {
  const Endpoint& endpoint = options.endpoints.front();
  std::ofstream file;
  if (!options.file.empty()) {
    file.open(options.file, std::ios::binary);
    if (!file) return std::unexpected("cannot write " + options.file);
  }
  const Instant start = wall_clock();
  auto socket = open_receiver(endpoint, options.source, options.interface);
  if (!socket) return std::unexpected(socket.error());
  Receiver receiver(std::move(*socket));
  StreamReport report(options.rtp);
  const auto enough = [&] { return options.datagrams && report.datagrams >= *options.datagrams; };
  while (!time_is_up(options, start) && !enough()) {
    const bool fine = receiver.poll([&](Instant arrival, Bytes payload) {
      if (enough()) return;
      for (const std::uint8_t byte : report.add(arrival, payload)) file.put(static_cast<char>(byte));
    });
    if (!fine) return std::unexpected("receive: " + std::generic_category().message(errno));
  }
  report.finish();
  file.flush();
  if (!options.file.empty() && !file) return std::unexpected("cannot write " + options.file);
  const double first = report.first_arrival ? (*report.first_arrival - start).to_seconds() * 1000 : 0;
  fmt::print("{}\n", to_json(report, (options.rtp ? "rtp://" : "udp://") + endpoint.to_string(),
                             receiver.drops(), first));
  return {};
}

std::expected<void, std::string> count_frames(const Options& options) {
  auto frames = FrameCount::open(options.interface);
  if (!frames) return std::unexpected(frames.error());
  std::vector<Socket> joined;
  for (const Endpoint& endpoint : options.endpoints) {
    auto socket = open_receiver(endpoint, options.source, options.interface);
    if (!socket) return std::unexpected(socket.error());
    joined.push_back(std::move(*socket));
  }
  const Instant start = wall_clock();
  while (!time_is_up(options, start)) {
    if (!frames->poll()) return std::unexpected("receive: " + std::generic_category().message(errno));
  }
  const std::set<Endpoint> wanted(options.endpoints.begin(), options.endpoints.end());
  nlohmann::json groups = nlohmann::json::array();
  std::uint64_t others = 0;
  for (const auto& [endpoint, count] : frames->frames()) {
    const bool ours = wanted.contains(endpoint);
    if (!ours) others += count;
    groups.push_back({{"group", endpoint.to_string()}, {"frames", count}, {"joined", ours}});
  }
  const nlohmann::json report{
      {"interface", options.interface}, {"groups", groups}, {"frames_not_joined", others}};
  fmt::print("{}\n", report.dump(2));
  return {};
}

}  // namespace
}  // namespace headwater::settop

int main(int argc, char** argv) {
  using namespace headwater::settop;
  const auto options = parse({argv, static_cast<std::size_t>(argc)});
  if (!options) {
    fmt::print(stderr,
               "usage: settop udp://GROUP:PORT|rtp://GROUP:PORT [--source ADDRESS] [--interface eth0] "
               "[--seconds N]\n"
               "              [--datagrams N] [-w FILE]\n"
               "       settop --joins [GROUP:PORT...] [--source ADDRESS] [--interface eth0] [--seconds N]\n");
    return 2;
  }
  std::signal(SIGTERM, [](int) { g_stop = true; });
  std::signal(SIGINT, [](int) { g_stop = true; });
  const auto done = options->joins ? count_frames(*options) : receive(*options);
  if (!done) {
    fmt::print(stderr, "settop: {}\n", done.error());
    return 1;
  }
  return 0;
}
