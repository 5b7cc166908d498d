// SPDX-License-Identifier: Apache-2.0
#include "tests/support/elementary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "psi/ts/continuity.h"

namespace headwater::test {
namespace {

constexpr std::array<std::size_t, 3> kStrides = {188, 192, 204};

// Where five sync bytes in a row stand a stride apart.
bool in_sync(Bytes file, std::size_t at, std::size_t stride) {
  for (std::size_t packet = 0; packet < 5; ++packet) {
    const std::size_t position = at + packet * stride;
    if (position >= file.size()) return packet > 1;
    if (file[position] != ts::kSyncByte) return false;
  }
  return true;
}

}  // namespace

Elementary elementary_of(const std::vector<ts::Packet>& packets) {
  Elementary result;
  std::map<std::uint16_t, ts::ContinuityCheck> checks;
  for (const ts::Packet& bytes : packets) {
    const auto packet = ts::PacketView::parse(bytes);
    if (!packet || packet->transport_error()) {
      ++result.unusable;
      continue;
    }
    const std::uint16_t pid = packet->pid().value();
    if (packet->pid() == kNullPid) continue;
    ts::Packet plain = bytes;
    ts::set_pid(plain, Pid::from_wire(0));
    ts::set_continuity_counter(plain, 0);
    if (packet->has_adaptation_field() && plain[4] > 0) plain[5] &= 0x7F;
    result.whole[pid].insert(result.whole[pid].end(), plain.begin(), plain.end());
    const ts::Continuity verdict = checks[pid].next(*packet);
    if (verdict == ts::Continuity::kDuplicate) {
      ++result.duplicates;
      continue;
    }
    if (verdict == ts::Continuity::kError) {
      ++result.continuity_errors[pid];
      ++result.errors;
    }
    ++result.packets[pid];
    std::vector<std::uint8_t>& payload = result.payload[pid];
    if (packet->has_payload())
      payload.insert(payload.end(), packet->payload().begin(), packet->payload().end());
  }
  return result;
}

std::vector<ts::Packet> packets_of(Bytes file) {
  std::vector<ts::Packet> packets;
  std::size_t at = 0;
  while (at + ts::kPacketSize <= file.size()) {
    const auto stride =
        std::ranges::find_if(kStrides, [&](std::size_t size) { return in_sync(file, at, size); });
    if (stride == kStrides.end()) {
      ++at;
      continue;
    }
    while (at + ts::kPacketSize <= file.size() && file[at] == ts::kSyncByte) {
      ts::Packet packet;
      std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(at), ts::kPacketSize, packet.begin());
      packets.push_back(packet);
      at += *stride;
    }
  }
  return packets;
}

std::string compare_passes(Bytes out, Bytes pass, unsigned passes) {
  if (pass.empty()) return out.empty() ? "" : fmt::format("{} bytes out, none in", out.size());
  if (out.size() < pass.size() * passes) {
    return fmt::format("{} bytes out, fewer than {} passes of {}", out.size(), passes, pass.size());
  }
  const std::size_t shift = (pass.size() - out.size() % pass.size()) % pass.size();
  for (std::size_t at = 0; at < out.size(); ++at) {
    if (out[at] != pass[(at + shift) % pass.size()]) {
      return fmt::format("differs at byte {} of {} out ({} a pass)", at, out.size(), pass.size());
    }
  }
  return "";
}

std::string compare_tail(Bytes out, Bytes in, unsigned least) {
  if (out.size() > in.size()) return fmt::format("{} bytes out, {} in", out.size(), in.size());
  if (out.size() * 100 < in.size() * least)
    return fmt::format("{} bytes out of {}, fewer than {} %", out.size(), in.size(), least);
  const Bytes tail = in.last(out.size());
  const auto [at, wanted] = std::ranges::mismatch(out, tail);
  if (at == out.end()) return "";
  return fmt::format("differs at byte {} of {} out", at - out.begin(), out.size());
}

std::string compare_stretch(Bytes out, Bytes pass, unsigned passes) {
  if (pass.empty() || out.size() < pass.size() * passes) {
    return fmt::format("{} bytes out, fewer than {} passes of {}", out.size(), passes, pass.size());
  }
  std::size_t furthest = 0;
  std::size_t best = 0;
  for (std::size_t shift = 0; shift < pass.size(); shift += ts::kPacketSize) {
    std::size_t same = 0;
    while (same < out.size() && out[same] == pass[(same + shift) % pass.size()]) ++same;
    if (same == out.size()) return "";
    if (same <= furthest) continue;
    furthest = same;
    best = shift;
  }
  // Where it goes on tells loss from other trouble.
  const Bytes packet = out.subspan(furthest / ts::kPacketSize * ts::kPacketSize, ts::kPacketSize);
  std::string goes_on = "with a packet that the pass has not";
  for (std::size_t missing = 0; missing < pass.size() / ts::kPacketSize; ++missing) {
    const std::size_t at = (furthest / ts::kPacketSize + missing) * ts::kPacketSize + best;
    if (!std::ranges::equal(packet, pass.subspan(at % pass.size(), ts::kPacketSize))) continue;
    goes_on = fmt::format("{} packets further on", missing);
    break;
  }
  return fmt::format("{} packets out, {} a pass: differs at packet {}, and goes on {}",
                     out.size() / ts::kPacketSize, pass.size() / ts::kPacketSize, furthest / ts::kPacketSize,
                     goes_on);
}

}  // namespace headwater::test
