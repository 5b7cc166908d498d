// SPDX-License-Identifier: Apache-2.0
// One input of a worker over its whole life: datagrams of TS packets by UDP or RTP, or a file's frames, with
// any order, loss, clocks and damage; time, a reader and new Plans in between. After each step the ledger
// balances and the history holds what it promises; no frame is lost at the end. The bytes are a program: a
// step each, its arguments behind it.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/ingest/input.h"
#include "dataplane/plan/ledger.h"
#include "dataplane/wire/rtp.h"
#include "psi/ts/packet.h"

namespace {

using namespace headwater;
using namespace headwater::dataplane;

void require(bool holds) {
  if (!holds) std::abort();
}

class Program {
 public:
  explicit Program(Bytes bytes) : rest_(bytes) {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  std::uint8_t next() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  Bytes next(std::size_t count) {
    const Bytes taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }

 private:
  Bytes rest_;
};

// Each frame is memory of its own, so that a sanitizer sees who reads beyond it or after its end.
class Pool final : public FramePool {
 public:
  Frame make(Bytes bytes) {
    ++out_;
    auto* const data = new std::uint8_t[bytes.size()];
    std::ranges::copy(bytes, data);
    return {.data = data,
            .handle = data,
            .pool = this,
            .length = static_cast<std::uint32_t>(bytes.size()),
            .port = 0};
  }
  void release(std::span<const Frame> frames) override {
    for (const Frame& frame : frames) delete[] static_cast<std::uint8_t*>(frame.handle);
    out_ -= static_cast<std::int64_t>(frames.size());
    require(out_ >= 0);
  }
  [[nodiscard]] std::int64_t out() const { return out_; }

 private:
  std::int64_t out_ = 0;
};

constexpr std::array<std::uint16_t, 8> kPids = {0, 0x11, 0x100, 0x101, 0x102, 0x121, 0x200, 0x1FFF};

class Life {
 public:
  explicit Life(Bytes bytes) : program_(bytes) {
    const std::uint8_t first = program_.next();
    file_ = (first & 0x80) != 0;
    input_ = std::make_unique<Input>(make_plan(first), counters_, punt_);
  }
  ~Life() {
    input_.reset();
    require(pool_.out() == 0);
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  void run() {
    while (!program_.done()) {
      step(program_.next());
      check();
    }
  }

 private:
  void step(std::uint8_t code) {
    switch (code & 7) {
      case 0:
      case 1:
      case 2:
        file_ ? feed() : send(code);
        break;
      case 3:
        now_ = now_ + Ticks27{std::int64_t{1} << (program_.next() % 33)};
        break;
      case 4:
        adopt(program_.next());
        break;
      case 5:
        input_->tick(now_);
        break;
      case 6:
        read(program_.next());
        break;
      default:
        if (!file_) receive(program_.next(program_.next()));
        break;
    }
  }

  void adopt(std::uint8_t variant) {
    const InputPlan& after = make_plan(variant);
    InputMemory memory(parts_.front().get(), after);
    input_->adopt(after, memory);
  }

  const InputPlan& make_plan(std::uint8_t variant) {
    constexpr std::array<std::int64_t, 4> kDepths = {100, 0, 20, 1000};
    auto plan = std::make_unique<InputPlan>();
    rtp_ = (variant & 0x01) != 0;
    if (!file_) plan->match = InputMatch{};
    plan->encapsulation = rtp_ ? Encapsulation::kRtp : Encapsulation::kUdp;
    plan->jitter_depth = Ticks27::milliseconds(kDepths[(variant >> 1) & 3]);
    plan->reorder_window = Ticks27::milliseconds((variant & 0x08) != 0 ? 0 : 20);
    plan->history_frames = 16;
    plan->pids.set(kPatPid, {.psi = true, .routed = false});
    for (std::size_t k = 1; k < kPids.size(); ++k) {
      const bool psi = k == 2 || (k == 1 && (variant & 0x10) != 0);
      const bool routed = !psi && ((variant & 0x20) == 0 || k % 2 == 0);
      plan->pids.set(Pid::from_wire(kPids[k]), {.psi = psi, .routed = routed});
    }
    // As in the worker, the part before may go once the new one is adopted.
    parts_.push_back(std::move(plan));
    if (parts_.size() > 2) parts_.erase(parts_.begin());
    return *parts_.back();
  }

  ts::Packet make_packet() {
    const std::uint8_t kind = program_.next();
    const std::size_t which = kind & 7;
    std::uint8_t& counter = counters_of_pids_[which];
    ts::Packet packet;
    packet.fill(0xFF);
    packet[0] = ts::kSyncByte;
    packet[1] = 0;
    ts::set_pid(packet, Pid::from_wire(kPids[which]));
    if ((kind & 0x20) == 0) counter = (counter + 1) & 0x0F;
    packet[3] = static_cast<std::uint8_t>(0x10 | counter);
    std::size_t content = 4;
    if ((kind & 0x18) != 0) {
      packet[3] |= 0x20;
      packet[4] = 7;
      packet[5] = 0;
      content = 12;
    }
    if ((kind & 0x08) != 0) {
      packet[5] = 0x10;
      // Right, or off by up to days.
      const std::uint8_t off = program_.next();
      const std::int64_t by = off == 0 ? 0 : std::int64_t{1} << (off % 42);
      ts::set_pcr(packet, Pcr::from_ticks(now_.value + ((off & 0x80) != 0 ? -by : by)));
    }
    if ((kind & 0x10) != 0) packet[5] |= 0x80;
    if ((kind & 0x40) != 0) {
      // Any bytes: table sections, lengths that lie, no sync.
      const std::uint8_t at = program_.next() % 180;
      std::ranges::copy(program_.next(8), packet.begin() + at);
    }
    if ((kind & 0x80) != 0) {
      packet[content] = program_.next();
      packet[1] |= 0x40;
    }
    return packet;
  }

  std::vector<std::uint8_t> make_payload() {
    constexpr std::array<std::size_t, 4> kStrides = {188, 188, 192, 204};
    const std::uint8_t shape = program_.next();
    const std::size_t stride = kStrides[(shape >> 3) & 3];
    std::vector<std::uint8_t> payload;
    for (unsigned packet = 0; packet <= (shape & 7U); ++packet) {
      const ts::Packet bytes = make_packet();
      if (stride == 192 && (shape & 0x40) != 0) payload.insert(payload.end(), 4, 0x11);
      payload.insert(payload.end(), bytes.begin(), bytes.end());
      payload.resize((packet + 1) * stride, 0x22);
    }
    if ((shape & 0x20) != 0) payload.resize(payload.size() - 50);
    return payload;
  }

  void send(std::uint8_t code) {
    std::vector<std::uint8_t> datagram;
    if (rtp_) {
      datagram.resize(wire::kRtpHeaderSize);
      sequence_ = static_cast<std::uint16_t>(sequence_ + 1);
      std::uint16_t sequence = sequence_;
      // 0x08: late, early or twice; 0x10: the sender goes on from there.
      if ((code & 0x08) != 0) sequence = static_cast<std::uint16_t>(sequence + program_.next() * 7 - 7 * 128);
      if ((code & 0x10) != 0) sequence_ = sequence = static_cast<std::uint16_t>(sequence + 13);
      if ((code & 0x20) != 0) timestamp_offset_ += std::uint32_t{1} << (program_.next() % 32);
      if ((code & 0x40) != 0) ++ssrc_;
      const auto timestamp = static_cast<std::uint32_t>(now_.value / 300) + timestamp_offset_;
      wire::write_rtp_header(std::span(datagram).first<wire::kRtpHeaderSize>(),
                             {.sequence = sequence, .timestamp = timestamp, .ssrc = ssrc_});
      if ((code & 0x80) != 0) datagram[0] = program_.next();
    }
    const std::vector<std::uint8_t> payload = make_payload();
    datagram.insert(datagram.end(), payload.begin(), payload.end());
    receive(datagram);
  }

  void receive(Bytes datagram) {
    constexpr std::size_t kHeaders = 42;
    std::vector<std::uint8_t> bytes(kHeaders, 0);
    bytes.insert(bytes.end(), datagram.begin(), datagram.end());
    input_->receive(now_, pool_.make(bytes), kHeaders, static_cast<std::uint16_t>(datagram.size()));
  }

  void feed() {
    channel::FedFrame fed;
    const std::uint8_t shape = program_.next();
    fed.count = static_cast<std::uint8_t>(1 + shape % 7);
    fed.seam = (shape & 0x80) != 0 ? 1 : 0;
    std::vector<std::uint8_t> bytes;
    for (std::size_t k = 0; k < fed.count; ++k) {
      const ts::Packet packet = make_packet();
      bytes.insert(bytes.end(), packet.begin(), packet.end());
      fed_due_ = std::max(fed_due_, now_) + Ticks27{shape};
      fed.due[k] = fed_due_;
    }
    fed.frame = pool_.make(bytes);
    input_->receive(now_, fed);
  }

  // As an output does: takes packets, says so, and the owner frees behind it.
  void read(std::uint8_t how) {
    History& history = input_->history();
    reader_.frame = std::clamp(reader_.frame, history.begin(), history.end());
    for (int k = how & 0x1F; k > 0 && reader_.frame < history.end(); --k) {
      const HistoryFrame& frame = history.at(reader_.frame);
      require(frame.packets[reader_.packet].due >= last_taken_);
      last_taken_ = frame.packets[reader_.packet].due;
      if (++reader_.packet == frame.count) reader_ = {.frame = reader_.frame + 1, .packet = 0};
    }
    history.taken(reader_);
    if ((how & 0x80) == 0) history.free_before(reader_.frame);
  }

  void check() {
    for (const LedgerEquation& equation : ledger(counters_)) require(equation.balanced());
    const History& history = input_->history();
    require(history.size() <= history.capacity());
    Instant due = history.freed_due();
    for (std::uint64_t sequence = history.begin(); sequence < history.end(); ++sequence) {
      const HistoryFrame& frame = history.at(sequence);
      require(frame.count >= 1 && frame.count <= kPacketsPerDatagram);
      int place = -1;
      for (const HistoryPacket& packet : std::span(frame.packets).first(frame.count)) {
        require(packet.due >= due);
        due = packet.due;
        require(packet.place > place && packet.place < kPacketsPerDatagram);
        place = packet.place;
        require(std::size_t{packet.offset} + ts::kPacketSize <= frame.frame.length);
        require(frame.frame.data[packet.offset] == ts::kSyncByte);
      }
      const std::uint64_t beyond = frame.position + frame.count;
      require(sequence + 1 == history.end() ? beyond == history.end_position()
                                            : beyond == history.at(sequence + 1).position);
    }
    require(static_cast<std::int64_t>(history.size()) + counters_.datagrams_held.get() == pool_.out());
    channel::PuntRing::Record record;
    while (punt_.try_pop(record)) require(!record.bytes.empty());
  }

  Program program_;
  Pool pool_;
  InputCounters counters_;
  channel::PuntRing punt_{4096};
  std::vector<std::unique_ptr<const InputPlan>> parts_;
  bool file_ = false;
  bool rtp_ = false;
  Instant now_{Ticks27::seconds(1000).value};
  Instant fed_due_;
  std::array<std::uint8_t, kPids.size()> counters_of_pids_{};
  std::uint16_t sequence_ = 65'530;
  std::uint32_t timestamp_offset_ = 0;
  std::uint32_t ssrc_ = 1;
  History::Cursor reader_;
  Instant last_taken_{INT64_MIN};
  std::unique_ptr<Input> input_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  Life({data, size}).run();
  return 0;
}
