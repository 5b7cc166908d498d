// SPDX-License-Identifier: Apache-2.0
#include "tests/support/stream_count.h"

#include <map>

namespace headwater::test {
namespace {

struct Before {
  ts::Packet packet;
  bool repeated = false;
};

bool has_payload(const ts::Packet& packet) {
  return (packet[3] & 0x10) != 0;
}
// Flags of an adaptation field; none: 0.
int flags(const ts::Packet& packet) {
  return (packet[3] & 0x20) != 0 && packet[4] > 0 ? packet[5] : 0;
}

// 2.4.3.5: what the flags promise is longer than adaptation_field_length.
bool promises_too_much(const ts::Packet& packet) {
  int end = 6;  // behind length and flags
  const auto counted = [&packet](int at) { return at < 188 ? packet[static_cast<std::size_t>(at)] : 255; };
  if ((flags(packet) & 0x10) != 0) end += 6;                 // program_clock_reference
  if ((flags(packet) & 0x08) != 0) end += 6;                 // original_program_clock_reference
  if ((flags(packet) & 0x04) != 0) end += 1;                 // splice_countdown
  if ((flags(packet) & 0x02) != 0) end += 1 + counted(end);  // transport_private_data
  if ((flags(packet) & 0x01) != 0) end += 1 + counted(end);  // adaptation_field_extension
  return end > 5 + packet[4];
}

// 2.4.3.3 and 2.4.3.5.
bool is_malformed(const ts::Packet& packet) {
  const int length = packet[4];
  switch ((packet[3] >> 4) & 3) {
    case 0:
      return true;
    case 1:
      return false;
    case 2:
      return length != 183 || promises_too_much(packet);
    default:
      return length > 182 || (length > 0 && promises_too_much(packet));
  }
}

// 2.4.3.3: every byte is the same but the PCR, which has a new value.
bool is_repetition(ts::Packet packet, const ts::Packet& of) {
  if ((flags(packet) & 0x10) != 0) {
    for (std::size_t at = 6; at < 12; ++at) packet[at] = of[at];
  }
  return packet == of;
}

}  // namespace

StreamCount count_of(const std::vector<ts::Packet>& packets) {
  StreamCount count;
  std::map<int, Before> pids;
  for (const ts::Packet& packet : packets) {
    ++count.packets;
    if ((packet[1] & 0x80) != 0) {
      ++count.transport_errors;
      continue;
    }
    if (is_malformed(packet)) {
      ++count.malformed;
      continue;
    }
    const int pid = (packet[1] & 0x1F) << 8 | packet[2];
    if (pid == 0x1FFF) continue;
    const auto [at, first] = pids.try_emplace(pid, Before{packet});
    if (first) continue;
    const Before before = at->second;
    at->second = {packet};
    if ((flags(packet) & 0x80) != 0) continue;  // discontinuity_indicator
    // 2.4.3.3: continuity_counter does not advance on packets without payload.
    const int expected = (before.packet[3] + (has_payload(packet) ? 1 : 0)) & 0x0F;
    if ((packet[3] & 0x0F) == expected) continue;
    at->second.repeated = has_payload(packet) && is_repetition(packet, before.packet);
    if (!at->second.repeated || before.repeated) ++count.continuity_errors;
  }
  return count;
}

}  // namespace headwater::test
