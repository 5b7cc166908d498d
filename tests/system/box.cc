// SPDX-License-Identifier: Apache-2.0
#include "tests/system/box.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "tests/support/captures.h"

namespace headwater::test {
namespace {

constexpr std::chrono::milliseconds kLook{50};
constexpr std::chrono::milliseconds kQuiet{1000};
// A channel's tables go on without its input: 4 kB a second of them, where the slowest stream has ten times
// as much.
constexpr std::uint64_t kTables = 16'000;

}  // namespace

Box::Box(const Lab& lab, const std::string& settop, const std::string& host, const std::string& address,
         std::string file)
    : file_(std::move(file)), process_(lab.run(host, {settop, address, "-w", file_})) {
  const std::string group = address.substr(6, address.rfind(':') - 6);
  if (!lab.wait_for_group("east", host + "-eth0 " + group))
    throw std::runtime_error(host + " did not join " + address + ": " + process_.errors());
}

std::uint64_t Box::recorded_bytes() const {
  std::error_code none;
  const auto size = std::filesystem::file_size(file_, none);
  return none ? 0 : size;
}

bool Box::wait_recorded(std::uint64_t bytes, std::chrono::seconds longest) const {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (recorded_bytes() < bytes) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

bool Box::wait_quiet(std::chrono::seconds longest) const {
  const auto until = std::chrono::steady_clock::now() + longest;
  while (std::chrono::steady_clock::now() < until) {
    const std::uint64_t before = recorded_bytes();
    std::this_thread::sleep_for(kQuiet);
    if (recorded_bytes() - before <= kTables) return true;
  }
  return false;
}

nlohmann::json Box::stop() {
  process_.signal(SIGTERM);
  if (process_.wait() != 0) return {};
  return nlohmann::json::parse(process_.output());
}

std::vector<ts::Packet> Box::packets() const {
  const std::vector<std::uint8_t> bytes = read_file(file_);
  std::vector<ts::Packet> packets(bytes.size() / ts::kPacketSize);
  for (std::size_t index = 0; index < packets.size(); ++index) {
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(index * ts::kPacketSize), ts::kPacketSize,
                packets[index].begin());
  }
  return packets;
}

TablesSeen tables_of(const std::vector<ts::Packet>& packets) {
  TablesSeen seen;
  psi::PatDecoder pat;
  psi::SdtDecoder sdt;
  std::unique_ptr<psi::PmtDecoder> pmt;
  Pid pmt_pid = kNullPid;
  psi::SectionAssembler on_pat, on_pmt, on_sdt;
  for (const ts::Packet& bytes : packets) {
    const auto packet = ts::PacketView::parse(bytes);
    if (!packet) continue;
    if (packet->pid() == kPatPid) {
      on_pat.push(*packet, [&](const psi::SectionView& section) {
        const auto table = pat.push(section.bytes());
        if (!table) return;
        seen.pats.push_back(*table);
        if (table->programs.size() != 1) return;
        if (!pmt) pmt = std::make_unique<psi::PmtDecoder>(table->programs.front().number);
        pmt_pid = table->programs.front().pmt_pid;
      });
    } else if (packet->pid() == kSdtPid) {
      on_sdt.push(*packet, [&](const psi::SectionView& section) {
        if (const auto table = sdt.push(section.bytes())) seen.sdts.push_back(*table);
      });
    } else if (pmt && packet->pid() == pmt_pid) {
      on_pmt.push(*packet, [&](const psi::SectionView& section) {
        if (const auto table = pmt->push(section.bytes())) seen.pmts.push_back(*table);
      });
    }
  }
  return seen;
}

}  // namespace headwater::test
