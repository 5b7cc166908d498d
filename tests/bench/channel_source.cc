// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/channel_source.h"

#include <algorithm>

#include "psi/ts/packet.h"
#include "tests/support/sim/plans.h"
#include "tests/support/sim/sender.h"

namespace headwater::bench {
namespace {

constexpr std::uint16_t kProgram = 1;
constexpr Pid kPmt = Pid::from_wire(0x1000);
constexpr Pid kVideo = Pid::from_wire(0x1001);
constexpr Pid kAudio = Pid::from_wire(0x1002);
// In packets of 376 us: tables every 100 ms, a PCR every 35 ms, audio a twelfth.
constexpr std::uint64_t kTables = 266;
constexpr std::uint64_t kPcrs = 93;
constexpr std::uint64_t kAudios = 12;

test::ProgramSpec program() {
  test::ProgramSpec spec;
  spec.number = kProgram;
  spec.pmt_pid = kPmt;
  spec.pcr_pid = kVideo;
  spec.streams = {{.pid = kVideo, .type = 0x1B, .descriptors = {}},
                  {.pid = kAudio, .type = 0x03, .descriptors = {}}};
  return spec;
}

psi::Pmt pmt() {
  psi::Pmt table;
  table.program_number = kProgram;
  table.pcr_pid = kVideo;
  table.streams = {{0x1B, kVideo, {}}, {0x03, kAudio, {}}};
  return table;
}

test::Carriage carriage(std::uint32_t channel) {
  test::Carriage made;
  made.group = {0xEFC80000 + channel};  // 239.200.0.0 and up
  return made;
}

ts::Packet payload_packet(Pid pid) {
  ts::Packet packet{};
  packet.fill(0xA5);
  packet[0] = ts::kSyncByte;
  packet[1] = 0;
  packet[3] = 0x10;  // payload only
  ts::set_pid(packet, pid);
  return packet;
}

void copy(const ts::Packet& from, ts::MutablePacketBytes to, std::uint8_t& continuity) {
  std::ranges::copy(from, to.begin());
  ts::set_continuity_counter(to, continuity++);
}

}  // namespace

ChannelSource::ChannelSource(std::uint32_t channels)
    : channels_(channels),
      pat_(test::pat_image(kProgram, kPmt)),
      pmt_(test::pmt_image(pmt(), kPmt)),
      video_(payload_packet(kVideo)),
      audio_(payload_packet(kAudio)) {
  const std::vector<std::uint8_t> payload(kPacketsPerDatagram * ts::kPacketSize);
  for (std::uint32_t i = 0; i < channels; ++i) {
    channels_[i].headers = test::udp_frame(carriage(i), payload);
    channels_[i].headers.resize(kFrameSize - payload.size());
    // RFC 768: zero says that the sender made none, as it is with encoders that leave it to nobody.
    channels_[i].headers[kFrameSize - payload.size() - 2] = 0;
    channels_[i].headers[kFrameSize - payload.size() - 1] = 0;
  }
}

dataplane::Plan ChannelSource::plan() const {
  std::vector<dataplane::InputPlan> inputs;
  std::vector<dataplane::OutputPlan> outputs;
  for (std::uint32_t i = 0; i < channels_.size(); ++i) {
    inputs.push_back(test::input_plan(i, carriage(i)));
    inputs.back().pids.set(kPmt, {.psi = true});
    inputs.back().history_frames = 256;
    outputs.push_back(test::output_plan(
        {.slot = i, .input = i, .moved = {{kVideo.value(), 0x100}, {kAudio.value(), 0x101}}}, program()));
  }
  return test::plan_of(std::move(inputs), std::move(outputs));
}

Instant ChannelSource::next_arrival() const {
  const auto count = static_cast<std::int64_t>(channels_.size());
  const auto number = static_cast<std::int64_t>(number_);
  return Instant{0} + kDatagramTime * (number / count) + kDatagramTime * (number % count) / count;
}

void ChannelSource::write(MutableBytes frame) {
  Channel& channel = channels_[number_ % channels_.size()];
  ++number_;
  std::ranges::copy(channel.headers, frame.begin());
  MutableBytes rest = frame.subspan(channel.headers.size());
  for (std::size_t i = 0; i < kPacketsPerDatagram; ++i) {
    write_packet(channel, rest.first<ts::kPacketSize>());
    rest = rest.subspan(ts::kPacketSize);
  }
}

void ChannelSource::write_packet(Channel& channel, ts::MutablePacketBytes at) {
  const std::uint64_t number = channel.packet++;
  if (number % kTables == 0) return copy(pat_->packets.front(), at, channel.pat);
  if (number % kTables == 1) return copy(pmt_->packets.front(), at, channel.pmt);
  if (number % kAudios == 3) return copy(audio_, at, channel.audio);
  copy(video_, at, channel.video);
  // As soon as there is a video packet after the interval.
  if (number % kPcrs != 2 && !(number % kPcrs == 3 && (number - 1) % kAudios == 3)) return;
  at[3] |= 0x20;  // adaptation field: its length, PCR_flag, PCR
  at[4] = 7;
  at[5] = 0x10;
  ts::set_pcr(at, Pcr::from_ticks(kPacketTime.value * static_cast<std::int64_t>(number)));
}

}  // namespace headwater::bench
