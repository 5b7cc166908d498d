// SPDX-License-Identifier: Apache-2.0
//
// When packets leave, against when a perfect encoder's wire had them. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "psi/checks/decoding_delay.h"
#include "tests/sim/worker_fixture.h"

namespace headwater::test {

// How long each datagram's first packet was under way, from the encoder's wire to ours, and how far ahead of
// its decoding each access unit left.
class Transit {
 public:
  // `pid`: of a stream that carries the PCRs.
  Transit(Sender& sender, dataplane::MemoryPort& out, std::uint16_t pid)
      : pid_(pid), decoding_(Pid::from_wire(pid)) {
    sender.on_sent([this](const TimedPacket& packet) {
      if (pid_of(packet.packet) == pid_) sent_.push_back(packet.sent);
    });
    out.on_sent([this](const dataplane::MemoryPort::Sent& frame) { left(frame); });
  }
  // Peak to peak over datagrams that left in [from, to).
  [[nodiscard]] Ticks27 jitter(Instant from, Instant to) const {
    std::optional<Ticks27> least;
    std::optional<Ticks27> most;
    for (const auto& [at, transit] : transits_) {
      if (at < from || at >= to) continue;
      least = std::min(least.value_or(transit), transit);
      most = std::max(most.value_or(transit), transit);
    }
    return *most - *least;
  }
  [[nodiscard]] std::size_t datagrams() const { return transits_.size(); }
  [[nodiscard]] std::size_t missing() const { return sent_.size(); }
  [[nodiscard]] ts::DecodingDelay::Result decoding() const {
    return decoding_.results().at(Pid::from_wire(pid_));
  }

 private:
  void left(const dataplane::MemoryPort::Sent& frame) {
    constexpr std::size_t kHeaders = 14 + 20 + 8;
    for (std::size_t at = kHeaders; at < frame.bytes.size(); at += ts::kPacketSize) {
      const auto packet = ts::PacketView::parse(Bytes(frame.bytes).subspan(at).first<ts::kPacketSize>());
      if (packet) decoding_.push(*packet);
      if ((load_be16(&frame.bytes[at + 1]) & 0x1FFF) != pid_) continue;
      if (at == kHeaders) transits_.emplace_back(frame.at, frame.at - sent_.front());
      sent_.pop_front();
    }
  }

  std::uint16_t pid_;
  ts::DecodingDelay decoding_;
  std::deque<Instant> sent_;  // not left yet
  std::vector<std::pair<Instant, Ticks27>> transits_;
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
  Jitter() {
    carriage.keeps_order = true;
    carriage.network = [this](std::uint64_t) {
      return Ticks27::microseconds(static_cast<std::int64_t>(1'000 + random_() % 100'000));
    };
    StreamPlan stream = television_stream(1'000'000);
    stream.clock_ppm = 12;
    sender_.emplace(stream, carriage, rig.port(0));
    transit_.emplace(*sender_, rig.port(1), 0x101);
    rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, program)}));
  }
  std::mt19937_64 random_{11};
  std::optional<Sender> sender_;
  std::optional<Transit> transit_;
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
    Transit transit(sender, rig.port(1), 0x101);
    rig.publish(plan_of({input_plan(0, carriage)}, {output_plan({}, stream.programs[0])}));
    run(sender, seconds);
    EXPECT_EQ(transit.missing(), 0U);
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
