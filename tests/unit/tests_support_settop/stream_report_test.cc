// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/stream_report.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <vector>

#include "dataplane/wire/rtp.h"
#include "tests/support/program_generator.h"
#include "tests/support/settop/json.h"

namespace headwater::settop {
namespace {

struct Datagram {
  Instant arrival;
  std::vector<std::uint8_t> payload;
};

// Seven packets each, arriving when the first was sent.
std::vector<Datagram> datagrams(const test::StreamPlan& plan, Ticks27 length) {
  test::ProgramGenerator generator(plan);
  std::vector<Datagram> all;
  const std::vector<test::TimedPacket> packets = generator.until(plan.start + length);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    if (i % 7 == 0) all.push_back({.arrival = packets[i].sent, .payload = {}});
    all.back().payload.insert(all.back().payload.end(), packets[i].packet.begin(), packets[i].packet.end());
  }
  all.pop_back();  // may be short
  return all;
}

test::StreamPlan plan_of_one() {
  test::StreamPlan plan;
  plan.programs = {test::television(101, 0x100, 3'000'000)};
  plan.programs[0].name = "Das Erste HD";
  return plan;
}

StreamReport report_on(const std::vector<Datagram>& all, bool rtp = false) {
  StreamReport report(rtp);
  for (const Datagram& datagram : all) report.add(datagram.arrival, datagram.payload);
  report.finish();
  return report;
}

PcrTiming::Result pcr_of(const StreamReport& report) {
  for (const auto& [pid, what] : report.pids) {
    if (const PcrTiming::Result result = what.pcr.result(); result.count > 0) return result;
  }
  return {};
}

bool has_pcr(const Datagram& datagram) {
  for (std::size_t at = 0; at < datagram.payload.size(); at += ts::kPacketSize) {
    const auto packet = ts::PacketView::parse(Bytes(datagram.payload).subspan(at).first<ts::kPacketSize>());
    if (packet && packet->pcr()) return true;
  }
  return false;
}

TEST(StreamReport, CleanStreamIsClean) {
  const auto all = datagrams(plan_of_one(), Ticks27::seconds(5));
  const StreamReport report = report_on(all);
  EXPECT_EQ(report.datagrams, all.size());
  EXPECT_EQ(report.packets, all.size() * 7);
  EXPECT_EQ(report.bad_datagrams, 0U);
  EXPECT_EQ(report.sync_errors, 0U);
  EXPECT_EQ(report.cc_errors(), 0U);
  EXPECT_NEAR(report.bitrate(), 5e6, 5e3);
  const PcrTiming::Result pcr = pcr_of(report);
  EXPECT_GT(pcr.count, 100U);
  EXPECT_EQ(pcr.discontinuities, 0U);
  EXPECT_LT(pcr.jitter_peak_to_peak_us, 0.2);
  EXPECT_NEAR(pcr.drift_ppm, 0, 0.1);
  // 40 ms, and some slots (300 us at 5 Mb/s) until the next video packet.
  EXPECT_GE(pcr.interval_max, Ticks27::milliseconds(39));
  EXPECT_LE(pcr.interval_max, Ticks27::milliseconds(43));
}

TEST(StreamReport, ServicesAreFound) {
  const auto json = nlohmann::json::parse(
      to_json(report_on(datagrams(plan_of_one(), Ticks27::seconds(3))), "udp://x", 0, 0));
  ASSERT_EQ(json["services"].size(), 1U);
  EXPECT_EQ(json["services"][0]["id"], 101);
  EXPECT_EQ(json["services"][0]["name"], "Das Erste HD");
  EXPECT_EQ(json["services"][0]["provider"], "provider");
  EXPECT_EQ(json["services"][0]["pmt_pid"], 0x100);
  EXPECT_EQ(json["services"][0]["streams"].size(), 2U);
  EXPECT_EQ(json["cc_errors"], 0);
}

TEST(StreamReport, DriftIsNoJitter) {
  test::StreamPlan plan = plan_of_one();
  plan.clock_ppm = 30;  // the PCR runs fast: arrival falls behind it
  const PcrTiming::Result pcr = pcr_of(report_on(datagrams(plan, Ticks27::seconds(20))));
  EXPECT_NEAR(pcr.drift_ppm, -30, 0.1);
  EXPECT_LT(pcr.jitter_peak_to_peak_us, 0.5);
}

TEST(StreamReport, OneLateDatagramShowsAsItsLateness) {
  auto all = datagrams(plan_of_one(), Ticks27::seconds(20));
  std::size_t late = all.size() / 2;
  while (!has_pcr(all[late])) ++late;
  all[late].arrival = all[late].arrival + Ticks27::milliseconds(2);
  const PcrTiming::Result pcr = pcr_of(report_on(all));
  // Where in the datagram the PCR lies decides how much of its time is taken from the next arrival.
  EXPECT_GT(pcr.jitter_peak_to_peak_us, 200);
  EXPECT_LT(pcr.jitter_peak_to_peak_us, 2100);
  EXPECT_LT(pcr.jitter_p99_us, 10);
}

TEST(StreamReport, LostDatagramIsCcErrorsAndNothingElse) {
  auto all = datagrams(plan_of_one(), Ticks27::seconds(5));
  all.erase(all.begin() + 500);
  const StreamReport report = report_on(all);
  EXPECT_GE(report.cc_errors(), 1U);
  EXPECT_LE(report.cc_errors(), 7U);
  EXPECT_EQ(report.sync_errors, 0U);
}

TEST(StreamReport, RtpIsTakenOffAndLossSeenByItsNumbers) {
  auto all = datagrams(plan_of_one(), Ticks27::seconds(2));
  std::uint16_t sequence = 65500;
  for (Datagram& datagram : all) {
    std::array<std::uint8_t, wire::kRtpHeaderSize> header{};
    wire::write_rtp_header(header, {.sequence = sequence++, .ssrc = 7});
    datagram.payload.insert(datagram.payload.begin(), header.begin(), header.end());
  }
  EXPECT_EQ(report_on(all, true).rtp.lost, 0);
  EXPECT_EQ(report_on(all, true).cc_errors(), 0U);
  all.erase(all.begin() + 100);
  const StreamReport report = report_on(all, true);
  EXPECT_EQ(report.rtp.lost, 1);
  EXPECT_EQ(report.bad_datagrams, 0U);
  EXPECT_EQ(report_on(all, false).packets, 0U);  // 12 bytes too many for bare packets
}

TEST(StreamReport, RubbishIsCounted) {
  StreamReport report(false);
  EXPECT_TRUE(report.add(Instant{0}, std::vector<std::uint8_t>(187)).empty());
  EXPECT_TRUE(report.add(Instant{0}, std::vector<std::uint8_t>(8 * 188)).empty());
  EXPECT_TRUE(report.add(Instant{0}, {}).empty());
  EXPECT_EQ(report.bad_datagrams, 3U);
  EXPECT_EQ(report.add(Instant{0}, std::vector<std::uint8_t>(188)).size(), 188U);  // no 0x47 in it
  EXPECT_EQ(report.sync_errors, 1U);
}

TEST(PcrTiming, JumpBeginsAnew) {
  PcrTiming timing;
  for (int i = 0; i < 50; ++i) {
    timing.add(Instant{0} + Ticks27::milliseconds(40) * i, Pcr::from_ticks(i * 1'080'000), false);
  }
  for (int i = 50; i < 100; ++i) {
    timing.add(Instant{0} + Ticks27::milliseconds(40) * i, Pcr::from_ticks(900'000'000 + i * 1'080'000),
               false);
  }
  EXPECT_EQ(timing.result().discontinuities, 1U);
  EXPECT_EQ(timing.result().count, 100U);
  EXPECT_LT(timing.result().jitter_peak_to_peak_us, 0.1);
  EXPECT_EQ(timing.result().interval_max, Ticks27::milliseconds(40));
}

TEST(PcrTiming, GoesOnOverTheWrap) {
  PcrTiming timing;
  for (int i = -50; i < 50; ++i) {
    timing.add(Instant{0} + Ticks27::milliseconds(40) * i, Pcr::from_ticks(i * 1'080'000), false);
  }
  EXPECT_EQ(timing.result().discontinuities, 0U);
  EXPECT_LT(timing.result().jitter_peak_to_peak_us, 0.1);
}

}  // namespace
}  // namespace headwater::settop
