// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/stream_report.h"

#include <algorithm>

#include "dataplane/wire/rtp.h"

namespace headwater::settop {
namespace {

constexpr std::size_t kMostPackets = 7;
// A datagram of a slow stream departs with what it has after 40 ms: a longer pause says nothing about where
// in it the packets belong.
constexpr Ticks27 kLongestDatagram = Ticks27::milliseconds(45);

}  // namespace

Bytes StreamReport::add(Instant arrival, Bytes payload) {
  ++datagrams;
  if (rtp_) {
    const auto header = wire::RtpView::parse(payload);
    if (!header || header->payload_type() != wire::kRtpPayloadTypeMpeg2Ts) {
      ++bad_datagrams;
      return {};
    }
    rtp.add(header->sequence(), header->ssrc());
    payload = header->payload();
  }
  const std::size_t count = payload.size() / ts::kPacketSize;
  if (count == 0 || count > kMostPackets || payload.size() % ts::kPacketSize != 0) {
    ++bad_datagrams;
    return {};
  }
  settle(arrival);
  if (!first_arrival) first_arrival = arrival;
  last_arrival = arrival;
  last_count_ = count;
  for (std::size_t i = 0; i < count; ++i) {
    add_packet(payload.subspan(i * ts::kPacketSize).first<ts::kPacketSize>(), i);
  }
  return payload;
}

void StreamReport::finish() {
  settle(std::nullopt);
}

// A datagram departs when its first packet is due, the next when its own first is: between the two, this
// one's packets are due.
void StreamReport::settle(std::optional<Instant> next_arrival) {
  Ticks27 span{0};
  if (next_arrival) span = std::clamp(*next_arrival - last_arrival, Ticks27{0}, kLongestDatagram);
  for (const WaitingPcr& waiting : waiting_) {
    if (waiting.position > 0 && !next_arrival) continue;
    const Ticks27 behind =
        span * static_cast<std::int64_t>(waiting.position) / static_cast<std::int64_t>(last_count_);
    pids[waiting.pid].pcr.add(last_arrival + behind, waiting.pcr, waiting.discontinuity);
  }
  waiting_.clear();
}

void StreamReport::add_packet(ts::PacketBytes bytes, std::size_t position) {
  ++packets;
  const auto packet = ts::PacketView::parse(bytes);
  if (!packet) {
    ++(packet.error() == ts::PacketError::kSync ? sync_errors : malformed);
    return;
  }
  PidReport& pid = pids[packet->pid()];
  ++pid.packets;
  if (packet->scrambling_control() != 0) ++pid.scrambled;
  if (packet->pid() == kNullPid) return;
  if (pid.continuity.next(*packet) == ts::Continuity::kError) ++pid.cc_errors;
  if (const auto pcr = packet->pcr()) {
    waiting_.push_back({.pid = packet->pid(),
                        .pcr = *pcr,
                        .discontinuity = packet->discontinuity_indicator(),
                        .position = position});
  }
  follow_tables(*packet);
}

void StreamReport::follow_tables(const ts::PacketView& packet) {
  if (packet.pid() == kPatPid) {
    pat_sections_.push(packet, [&](const psi::SectionView& section) {
      auto table = pat_decoder_.push(section.bytes());
      if (!table) return;
      pat = *table;
      pmt_followers_.clear();
      for (const psi::Pat::Program& program : pat->programs) {
        pmt_followers_[program.pmt_pid].emplace(
            program.number,
            PmtFollower{.assembler = psi::SectionAssembler{}, .decoder = psi::PmtDecoder(program.number)});
      }
    });
  } else if (packet.pid() == kSdtPid) {
    sdt_sections_.push(packet, [&](const psi::SectionView& section) {
      if (auto table = sdt_decoder_.push(section.bytes())) sdt = *table;
    });
  } else if (const auto followers = pmt_followers_.find(packet.pid()); followers != pmt_followers_.end()) {
    for (auto& [number, follower] : followers->second) {
      follower.assembler.push(packet, [&, program = number](const psi::SectionView& section) {
        if (auto table = follower.decoder.push(section.bytes())) pmts[program] = *table;
      });
    }
  }
}

std::uint64_t StreamReport::cc_errors() const {
  std::uint64_t sum = 0;
  for (const auto& [pid, report] : pids) sum += report.cc_errors;
  return sum;
}

double StreamReport::bitrate() const {
  if (!first_arrival || last_arrival <= *first_arrival || packets <= last_count_) return 0;
  // What the last datagram holds takes its time after its arrival.
  return static_cast<double>((packets - last_count_) * ts::kPacketSize * 8) /
         (last_arrival - *first_arrival).to_seconds();
}

}  // namespace headwater::settop
