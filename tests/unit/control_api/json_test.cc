// SPDX-License-Identifier: Apache-2.0
#include "control/api/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fixture_view.h"

namespace headwater::control::api {
namespace {

using ::testing::HasSubstr;

// Written out whole: these names are a promise, and so is their order.
TEST(Json, Status) {
  EXPECT_EQ(
      dump(to_json(FixtureView().status())),
      R"({"name":"oslo-1","version":"0.1.0","uptime_s":93784,"state":"degraded",)"
      R"("problems":["input \"erste-b\": no packets for 12 s","channel \"pay\" is refused: it is scrambled"],)"
      R"("consequences":[],)"
      R"("channels":{"on_air":2,"waiting":0,"refused":1,"parked":0},)"
      R"("inputs":{"ok":2,"waiting":0,"lost":1,"parked":0},)"
      R"("workers":[{"core":1,"heartbeat_age_ms":0,"loops":1000000,"busy_loops":250000,"stalls":2,"stall_ms":340,"taken_over":12,"handover_drops":1,"overload_drops":3}],)"
      R"("plan_generation":17,"late_departures":3,"greatest_lateness_us":1250,)"
      R"("input_bitrate_bps":12034000,"output_bitrate_bps":16120000,"time_notes":[]})"
      "\n");
}

TEST(Json, Time) {
  EXPECT_EQ(
      dump(to_json(FixtureView().time())),
      R"({"counter":"tsc","state":"locked","problems":[],"notes":[],"why_not_tsc":null,"clocksource":"tsc",)"
      R"("tsc_hz":2399997600.5,"rate_error_ppm":-0.0025,"offset_us":0.125,"reading_width_us":0.0875,)"
      R"("measurements":93784,"interrupted":12,"jumps":0,"last_jump_s":null,)"
      R"("rate_changes":1,"last_rate_change_ppm":-100.5,)"
      R"("utc":{"time":"2026-11-28T12:30:00.123Z","synchronised":true,"greatest_error_us":1500,)"
      R"("estimated_error_us":12,"leap":"insert","steps":2,"last_step_s":-3600.5}})"
      "\n");
}

TEST(Json, ATimeWithoutATscSaysWhy) {
  TimeSnapshot time;
  time.why_not_tsc = "the kernel found the TSC unstable";
  const Json json = to_json(time);
  EXPECT_EQ(json["counter"], "system");
  EXPECT_EQ(json["state"], "system");
  EXPECT_EQ(json["why_not_tsc"], "the kernel found the TSC unstable");
  for (const char* none : {"tsc_hz", "rate_error_ppm", "offset_us", "reading_width_us"})
    EXPECT_TRUE(json[none].is_null()) << none;
  EXPECT_TRUE(json["utc"]["synchronised"].is_null());
}

TEST(Json, AHouseInOrderIsOk) {
  StatusSnapshot status;
  EXPECT_EQ(to_json(status)["state"], "ok");
  status.problems.emplace_back("port \"west\" is down");
  EXPECT_EQ(to_json(status)["state"], "degraded");
}

TEST(Json, AWorkerThatNeverTurnedHasNoHeartbeat) {
  StatusSnapshot status;
  status.workers.push_back({.core = 2, .heartbeat_age_ms = {}});
  EXPECT_TRUE(to_json(status)["workers"][0]["heartbeat_age_ms"].is_null());
}

TEST(Json, Channel) {
  const ChannelSnapshot channel = FixtureView().channels().at(0);
  const std::string head =
      R"({"id":"das-erste","name":"Das Erste HD","provider":"ARD","number":1,"state":"on_air","reason":null,)"
      R"("notes":["output das-erste/1: no route"],)"
      R"("input":"erste-a","program":11100,"service_id":101,"transport_stream_id":1,"pmt_pid":32,"pcr_pid":256,)"
      R"("delay_ms":200,"bitrate_bps":8060000,"input_cc_errors":2,"outputs":[)"
      R"({"id":"das-erste/0","destination":"rtp://239.20.0.1:5000","port":"east","source":"10.2.0.50:5000",)"
      R"("bitrate_bps":8060000,"packets":1000,"datagrams":143,"late_departures":3,"greatest_lateness_us":1250,)"
      R"("drops":{"drop_tx_full":7}},)"
      R"({"id":"das-erste/1","destination":"udp://239.20.1.1:5000","port":"east","source":"10.2.0.50:5000",)"
      R"("bitrate_bps":8060000,"packets":1000,"datagrams":143,"late_departures":3,"greatest_lateness_us":1250,)"
      R"("drops":{}}])";
  EXPECT_EQ(dump(to_json(channel, Detail::kList)), head + "}\n");
  EXPECT_EQ(
      dump(to_json(channel, Detail::kFull)),
      head +
          R"(,"pids":[)"
          R"({"input_pid":null,"output_pid":0,"kind":"pat","codec":null,"languages":[],"carries_pcr":false},)"
          R"({"input_pid":512,"output_pid":256,"kind":"video","codec":"H.264","languages":[],"carries_pcr":true},)"
          R"({"input_pid":513,"output_pid":257,"kind":"audio","codec":"AC-3","languages":["deu","eng"],)"
          R"("carries_pcr":false}]})"
          "\n");
}

TEST(Json, Input) {
  EXPECT_EQ(
      dump(to_json(FixtureView().inputs().at(0), Detail::kFull)),
      R"({"id":"erste-a","source":"rtp://232.10.1.1:5000","from":"10.1.0.5","port":"west","core":1,"state":"ok",)"
      R"("reason":null,"notes":[],"bitrate_bps":12034000,"last_packet_age_ms":1,"datagrams":20000,"packets":140000,)"
      R"("transport_stream_id":1101,"pat_version":4,"sdt_version":9,"section_errors":0,"program_count":1,)"
      R"("priority1":{"ts_sync_loss":0,"sync_byte_error":0,"pat_error":0,"cc_error":2,"pmt_error":0,"pid_error":0},)"
      R"("transport_errors":0,"scrambled":false,"scrambled_packets":0,)"
      R"("rtp":{"lost":5,"reordered":4,"duplicates":3,"late":2,"restarts":1},)"
      R"("timeline":{"state":"locked","reference_pid":512,"drift_ppm":-1.25},)"
      R"("history_frames":512,"history_capacity":2048,"drops":{},"file_loops":0,)"
      R"("programs":[{"number":11100,"name":"Das Erste HD","provider":"ARD","pmt_pid":100,"pmt_version":3,)"
      R"("pcr_pid":512,"scrambled":false,"streams":[)"
      R"({"pid":512,"stream_type":27,"kind":"video","codec":"H.264","languages":[]},)"
      R"({"pid":513,"stream_type":6,"kind":"audio","codec":"AC-3","languages":["deu","eng"]}]}]})"
      "\n");
}

TEST(Json, AnInputThatIsNotRtpSaysSoByNull) {
  const Json json = to_json(FixtureView().inputs().at(1), Detail::kList);
  EXPECT_TRUE(json["rtp"].is_null());
  EXPECT_TRUE(json["from"].is_null());
  EXPECT_EQ(json["state"], "lost");
  EXPECT_EQ(json["drops"]["drop_sync"], 1);
  EXPECT_FALSE(json.contains("programs"));
}

TEST(Json, Port) {
  EXPECT_EQ(
      dump(to_json(FixtureView().ports().at(0))),
      R"({"id":"west","device":"0000:3b:00.0","driver":"net_ice","mac":"02:00:00:00:00:01",)"
      R"("addresses":["10.1.0.10/24"],"vlan":null,"link_up":true,"link_bps":10000000000,)"
      R"("link_trouble":null,"reception":"promiscuous","pause_frames":false,)"
      R"("received":{"bitrate_bps":12600000,"frames":20010,"bytes":27000000},)"
      R"("sent":{"bitrate_bps":0,"frames":0,"bytes":0},"device_drops":0,"drops":{"drop_no_input":4},)"
      R"("igmp_querier":"10.1.0.1","igmp_querier_present":true,"igmp_querier_age_s":40,"igmp_version":3,)"
      R"("groups":[{"group":"232.10.1.1","source":"10.1.0.5","state":"joined"},)"
      R"({"group":"239.10.1.1","source":null,"state":"joined"}],)"
      R"("igmp_drops":{},"arp_conflicts":0,"arp_rival":null,"frames_lost":0})"
      "\n");
}

TEST(Json, APortWhoseDeviceDoesNotSaySaysNull) {
  const Json json = to_json(FixtureView().ports().at(1));
  EXPECT_TRUE(json.at("reception").is_null());
  EXPECT_TRUE(json.at("pause_frames").is_null());
}

TEST(Json, LedgerShowsEachTermAndBothSums) {
  FixtureView view;
  const Json json = to_json(view.ledger());
  EXPECT_EQ(json["balanced"], true);
  const Json& entry = json["entries"][0];
  EXPECT_EQ(entry["kind"], "input");
  EXPECT_EQ(entry["name"], "erste-a");
  EXPECT_EQ(entry["events"]["cc_error"], 2);
  EXPECT_EQ(
      entry["equations"][1].dump(),
      R"({"name":"packets","balanced":true,"left":{"packets":140000},"left_sum":140000,)"
      R"("right":{"routed":139000,"psi":900,"null":100,"unrouted":0,"drop_sync":0,"drop_transport_error":0,)"
      R"("drop_malformed":0,"drop_history_full":0},"right_sum":140000})");
}

TEST(Json, OneEntryOutOfBalanceIsSaidOnTop) {
  FixtureView view;
  view.ledger_.at(1).equations.at(0).left.at(0).value += 1;
  const Json json = to_json(view.ledger());
  EXPECT_EQ(json["balanced"], false);
  EXPECT_EQ(json["entries"][0]["balanced"], true);
  EXPECT_EQ(json["entries"][1]["balanced"], false);
}

TEST(Json, ProblemsOfAConfiguration) {
  EXPECT_EQ(dump(to_json(FixtureView().check_config("a.yaml", "pid: 8200"))),
            R"({"valid":false,"errors":[{"file":"a.yaml","line":42,"column":11,)"
            R"j("text":"pid 8200 is not a PID (0..8191)"}],)j"
            R"("warnings":[{"file":"a.yaml","line":null,"column":null,)"
            R"("text":"input \"spare\" is used by no channel"}]})"
            "\n");
}

// A name off the air may be any bytes.
TEST(Json, TextThatIsNoUtf8IsReplaced) {
  ChannelSnapshot channel;
  channel.name = "a\xFFz";
  EXPECT_THAT(dump(to_json(channel, Detail::kList)), HasSubstr("\"name\":\"a\xEF\xBF\xBDz\""));
}

}  // namespace
}  // namespace headwater::control::api
