// SPDX-License-Identifier: Apache-2.0
//
// When packets leave, against when a perfect encoder's wire had them. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "psi/checks/decoding_delay.h"
#include "tests/sim/worker_fixture.h"

namespace headwater::test {

// How long each datagram's first packet was under way, from the encoder's wire to ours, and how far ahead of
// its decoding each access unit left; and whether each packet left as it came.
class Transit {
 public:
  // Times the first of the program's streams: the one that carries the PCRs, where there are any.
  Transit(Sender& sender, dataplane::MemoryPort& out, const ProgramSpec& program)
      : pid_(program.streams.front().pid.value()), decoding_(Pid::from_wire(pid_)) {
    for (const StreamSpec& stream : program.streams) sent_[stream.pid.value()];
    sender.on_sent([this](const TimedPacket& packet) {
      if (const auto of = sent_.find(pid_of(packet.packet)); of != sent_.end()) of->second.push_back(packet);
    });
    out.on_sent([this](const dataplane::MemoryPort::Sent& frame) { left(frame); });
  }
  // Of datagrams that left in [from, to).
  [[nodiscard]] std::pair<Ticks27, Ticks27> least_and_most(Instant from, Instant to) const {
    std::optional<Ticks27> least;
    std::optional<Ticks27> most;
    for (const auto& [at, transit] : transits_) {
      if (at < from || at >= to) continue;
      least = std::min(least.value_or(transit), transit);
      most = std::max(most.value_or(transit), transit);
    }
    return {least.value(), most.value()};
  }
  // Peak to peak.
  [[nodiscard]] Ticks27 jitter(Instant from, Instant to) const {
    const auto [least, most] = least_and_most(from, to);
    return most - least;
  }
  [[nodiscard]] std::size_t datagrams() const { return transits_.size(); }
  [[nodiscard]] std::size_t missing() const {
    std::size_t packets = 0;
    for (const auto& [pid, of] : sent_) packets += of.size();
    return packets;
  }
  [[nodiscard]] std::size_t altered() const { return altered_; }  // packets of another payload
  [[nodiscard]] ts::DecodingDelay::Result decoding() const {
    return decoding_.results().at(Pid::from_wire(pid_));
  }

 private:
  void left(const dataplane::MemoryPort::Sent& frame) {
    constexpr std::size_t kHeaders = 14 + 20 + 8;
    for (std::size_t at = kHeaders; at < frame.bytes.size(); at += ts::kPacketSize) {
      const auto packet = ts::PacketView::parse(Bytes(frame.bytes).subspan(at).first<ts::kPacketSize>());
      ASSERT_TRUE(packet.has_value());
      decoding_.push(*packet);
      const auto of = sent_.find(packet->pid().value());
      if (of == sent_.end()) continue;
      ASSERT_FALSE(of->second.empty()) << "a packet that nobody sent";
      const TimedPacket& in = of->second.front();
      const auto entered = ts::PacketView::parse(in.packet);
      if (!std::ranges::equal(entered->payload(), packet->payload())) ++altered_;
      if (at == kHeaders && of->first == pid_) transits_.emplace_back(frame.at, frame.at - in.sent);
      of->second.pop_front();
    }
  }

  std::uint16_t pid_;
  ts::DecodingDelay decoding_;
  std::map<std::uint16_t, std::deque<TimedPacket>> sent_;  // by PID: not left yet
  std::vector<std::pair<Instant, Ticks27>> transits_;
  std::size_t altered_ = 0;
};

class Timing : public WorkerTest {
 protected:
  // Runs so long, in slices, so that no test holds a whole hour's packets.
  void run(Sender& sender, std::int64_t seconds) {
    for (std::int64_t second = 1; second <= seconds; ++second) {
      sender.send_until(ms(second * 1'000));
      rig.run_until(ms(second * 1'000));
    }
    rig.run_until(ms(seconds * 1'000 + 1'000));
  }
};

// Datagrams queue behind each other, so that they come in clumps up to 100 ms late.
class Jitter : public Timing {
 protected:
  static StreamPlan fast_television() {
    StreamPlan stream = television_stream(1'000'000);
    stream.clock_ppm = 12;
    return stream;
  }

  explicit Jitter(const StreamPlan& stream = fast_television()) {
    carriage.keeps_order = true;
    carriage.network = [this](std::uint64_t) {
      return Ticks27::microseconds(static_cast<std::int64_t>(1'000 + random_() % 100'000));
    };
    sender_.emplace(stream, carriage, rig.port(0));
    transit_.emplace(*sender_, rig.port(1), stream.programs[0]);
    rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, stream.programs[0])}));
  }
  std::mt19937_64 random_{11};
  std::optional<Sender> sender_;
  std::optional<Transit> transit_;
};

class JitterWithoutPcrs : public Jitter {
 protected:
  static StreamPlan without_pcrs() {
    StreamPlan stream = fast_television();
    stream.programs[0].pcr_pid = kNullPid;  // ISO/IEC 13818-1 2.4.4.9: no PCR
    return stream;
  }

  JitterWithoutPcrs() : Jitter(without_pcrs()) {}
};

// An encoder whose clock is wrong.
class Drift : public Timing {
 protected:
  static StreamPlan slow_radio() {
    StreamPlan stream;
    stream.programs = {radio(1, 0x100, 64'000)};
    stream.rate = 200'000;
    stream.nulls = false;
    return stream;
  }

  void expect_no_slip(StreamPlan stream, double ppm, std::int64_t seconds, double ppm_tolerance) {
    stream.clock_ppm = ppm;
    Sender sender(stream, carriage, rig.port(0));
    Transit transit(sender, rig.port(1), stream.programs[0]);
    rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, stream.programs[0])}));
    run(sender, seconds);
    EXPECT_EQ(transit.missing(), 0U);
    EXPECT_EQ(transit.altered(), 0U);
    EXPECT_GT(transit.decoding().timestamps, static_cast<std::uint64_t>(seconds) * 20);
    EXPECT_EQ(transit.decoding().late, 0U);
    // A packet leaves with the datagram's first, up to 40 ms before it is due.
    EXPECT_LT(transit.jitter(ms(60'000), ms(seconds * 1'000)).value, Ticks27::milliseconds(45).value);
    EXPECT_NEAR(static_cast<double>(rig.input(0).timeline_drift_ppb.get()), ppm * 1'000,
                ppm_tolerance * 1'000);
    EXPECT_EQ(rig.output(0).late_departures.get(), 0U);
    EXPECT_EQ(rig.output(0).expelled.get(), 0U);
  }
};

}  // namespace headwater::test
