// SPDX-License-Identifier: Apache-2.0
#include "tests/system/headend_rig.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/support/program_generator.h"

namespace headwater::test {
namespace {

constexpr std::chrono::milliseconds kLook{100};

// Ordinary memory: huge pages are the machine's, and other tests' too.
constexpr const char* kConfiguration = R"(headend:
  name: system-test
  workers: [0]
  memory: 64M
  huge_pages: false
ports:
  west:
    device: "net_af_packet0,iface=hd0,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.1.0.10/24
  east:
    device: "net_af_packet1,iface=hd1,qdisc_bypass=1,blocksz=262144,framesz=2048,framecnt=16384"
    address: 10.2.0.10/24
inputs:
  first-in: { source: "rtp://239.1.1.1:5000", port: west }
  second-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5 }
channels:
  - name: First
    number: 1
    inputs: [first-in]
    pids: { mode: allocate }
    outputs: [{ to: "rtp://239.2.1.1:5000", port: east }]
  - name: Second
    number: 2
    inputs: [second-in]
    outputs: [{ to: "udp://239.2.1.2:5000", port: east }]
)";

// `seconds` of one service as a file, at constant rate.
void write_service(const std::string& path, std::uint16_t number, std::int64_t seconds) {
  StreamPlan plan;
  plan.programs = {television(number, 0x100, 1'500'000)};
  plan.programs[0].name = "Encoder's name";
  plan.rate = 2'000'000;
  ProgramGenerator generator(plan);
  std::ofstream file(path, std::ios::binary);
  for (const TimedPacket& made : generator.until(plan.start + Ticks27::seconds(seconds))) {
    for (const std::uint8_t byte : made.packet) file.put(static_cast<char>(byte));
  }
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "headwater-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream file(at(name));
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + at(name));
  return at(name);
}

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

HeadendRig::HeadendRig(const Lab& lab)
    : lab_(lab), configuration_(folder_.write("headend.yaml", kConfiguration)) {
  write_service(folder_.at("first.ts"), 1, 20);
  write_service(folder_.at("second.ts"), 2, 20);
}

Process& HeadendRig::start_daemon() {
  daemon_ = std::make_unique<Process>(
      lab_.run("headend", {HEADWATER_HEADWATERD, "--config", configuration_, "--socket", socket(),
                           "--state-dir", folder_.at("state")}));
  return *daemon_;
}

void HeadendRig::play() {
  encoders_ = std::make_unique<Process>(
      lab_.run("source", {HEADWATER_HWGEN, "play", "--from", "10.1.0.5", folder_.at("first.ts"),
                          "rtp://239.1.1.1:5000", folder_.at("second.ts"), "udp://232.1.1.2:5000"}));
}

bool HeadendRig::wait_on_air() {
  const auto begin = std::chrono::steady_clock::now();
  const bool on_air = wait_until(
      [&] {
        const auto status = ask({"status"});
        return status && (*status)["channels"]["on_air"] == 2;
      },
      std::chrono::seconds(20));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  fmt::print("on air: {}, after {:.1f} s\n", on_air, took.count());
  return on_air;
}

std::optional<int> HeadendRig::end_daemon(int signal) {
  daemon_->signal(signal);
  return daemon_->wait(std::chrono::seconds(20));
}

std::optional<nlohmann::json> HeadendRig::ask(const std::vector<std::string>& words) const {
  return hwctl(socket(), words);
}

}  // namespace headwater::test
