// SPDX-License-Identifier: Apache-2.0
#include "tests/system/headend_rig.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/support/core.h"

namespace headwater::test {
namespace {

constexpr std::chrono::milliseconds kLook{100};

constexpr const char* kConfiguration = "headend.yaml";
constexpr std::string_view kPorts = R"(ports:
  west:
    device: "net_af_packet0,iface=hd0,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.1.0.10/24
  east:
    device: "net_af_packet1,iface=hd1,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.2.0.10/24
)";

}  // namespace

std::optional<nlohmann::json> hwctl(const std::string& socket, std::vector<std::string> words) {
  words.insert(words.begin(), HEADWATER_HWCTL);
  words.insert(words.end(), {"--socket", socket, "-o", "json"});
  Process process(words);
  if (process.wait() != 0) return std::nullopt;
  return nlohmann::json::parse(process.output());
}

bool wait_until(const std::function<bool()>& seen, std::chrono::seconds longest) {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (!seen()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

std::vector<TimedPacket> service(std::uint16_t number, std::int64_t seconds) {
  StreamPlan plan;
  plan.programs = {television(number, 0x100, 1'500'000)};
  plan.programs[0].name = "Encoder's name";
  plan.rate = 2'000'000;
  plan.seed = number;
  ProgramGenerator generator(plan);
  return generator.until(plan.start + Ticks27::seconds(seconds));
}

HeadendRig::HeadendRig(const Lab& lab, std::string_view lineup, RigOptions options)
    : lab_(lab), options_(std::move(options)) {
  if (options_.cores.empty()) options_.cores = {allowed_core()};
  configure(lineup);
}

void HeadendRig::configure(std::string_view lineup, std::string_view ports) const {
  static_cast<void>(folder_.write(
      kConfiguration,
      fmt::format(
          "headend: {{ name: system-test, workers: [{}], memory: {}, huge_pages: {}, poll: {} }}\n{}{}",
          fmt::join(options_.cores, ", "), options_.memory, options_.huge_pages, options_.poll,
          ports.empty() ? kPorts : ports, lineup)));
}

Process& HeadendRig::start_daemon() {
  daemon_ = std::make_unique<Process>(lab_.run(
      "headend", {"nice", "-n", fmt::format("{}", options_.niceness), HEADWATER_HEADWATERD, "--config",
                  folder_.at(kConfiguration), "--socket", socket(), "--state-dir", folder_.at("state")}));
  daemon_is_to_run_ = true;
  return *daemon_;
}

Process& HeadendRig::play(std::vector<std::string> words, const std::string& from) {
  words.insert(words.begin(), {HEADWATER_HWGEN, "play", "--from", from});
  encoders_.push_back(std::make_unique<Process>(lab_.run("source", words)));
  return *encoders_.back();
}

void HeadendRig::play_two_channels() {
  play({folder_.write("first.ts", service(1, 20)), "rtp://239.1.1.1:5000",
        folder_.write("second.ts", service(2, 20)), "udp://232.1.1.2:5000"});
}

bool HeadendRig::wait_on_air(std::size_t channels) {
  const auto begin = std::chrono::steady_clock::now();
  const bool on_air = wait_until(
      [&] {
        const auto status = ask({"status"});
        return status && (*status)["channels"]["on_air"] == channels;
      },
      std::chrono::seconds(20));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  fmt::print("on air: {}, after {:.1f} s\n", on_air, took.count());
  return on_air;
}

std::optional<int> HeadendRig::end_daemon(int signal) {
  daemon_is_to_run_ = false;
  daemon_->signal(signal);
  return daemon_->wait(std::chrono::seconds(20));
}

std::optional<nlohmann::json> HeadendRig::ask(const std::vector<std::string>& words) const {
  return hwctl(socket(), words);
}

std::map<std::uint16_t, std::uint16_t> HeadendRig::pids_of(const std::string& channel) const {
  std::map<std::uint16_t, std::uint16_t> pids;
  const auto shown = ask({"channel", "show", channel});
  if (!shown) return pids;
  for (const auto& pid : (*shown)["pids"]) {
    if (!pid["input_pid"].is_null()) pids[pid["input_pid"]] = pid["output_pid"];
  }
  return pids;
}

}  // namespace headwater::test
