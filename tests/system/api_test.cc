// SPDX-License-Identifier: Apache-2.0
//
// What hwctl says over the real socket is what the lab shows: PIDs, timelines, groups, querier, counters.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::UnorderedElementsAre;

constexpr std::uint16_t kTdtPid = 0x14;

using ApiTest = TwoChannelsTest;

TEST_F(ApiTest, StatusCountsWhatRuns) {
  const json status = answer({"status"});
  EXPECT_EQ(status["name"], "system-test");
  EXPECT_EQ(status["channels"]["on_air"], 2);
  EXPECT_EQ(status["channels"]["waiting"], 0);
  EXPECT_EQ(status["inputs"]["ok"], 2);
  EXPECT_EQ(status["workers"].size(), 1U);
  EXPECT_EQ(status["workers"][0]["core"], allowed_core());
  const auto loops = status["workers"][0]["loops"].get<std::uint64_t>();
  EXPECT_TRUE(wait_until([&] { return answer({"status"})["workers"][0]["loops"] > loops; },
                         std::chrono::seconds(10)));
  expect_balance(6);
}

TEST_F(ApiTest, ChannelsHaveThePidsThatTheBoxSees) {
  EXPECT_EQ(answer({"channel", "list"})["channels"].size(), 2U);
  const json channel = answer({"channel", "show", "first"});
  EXPECT_EQ(channel["name"], "First");
  EXPECT_EQ(channel["state"], "on_air");
  EXPECT_EQ(channel["input"], "first-in");
  EXPECT_EQ(channel["program"], 1);
  ASSERT_EQ(channel["outputs"].size(), 1U);
  EXPECT_EQ(channel["outputs"][0]["destination"], "rtp://239.2.1.1:5000");

  Box box(*lab, HEADWATER_SETTOP, "box1", "rtp://239.2.1.1:5000", rig->folder().at("box.ts"));
  ASSERT_TRUE(box.wait_recorded(500'000));
  const json seen = box.stop();
  expect_clean(seen);
  ASSERT_EQ(seen["services"].size(), 1U);
  const json& service = seen["services"][0];
  EXPECT_EQ(channel["service_id"], service["id"]);
  EXPECT_EQ(channel["transport_stream_id"], seen["transport_stream_id"]);
  EXPECT_EQ(channel["pmt_pid"], service["pmt_pid"]);
  EXPECT_EQ(channel["pcr_pid"], service["pcr_pid"]);
  std::vector<json> shown, at_box;
  for (const json& pid : channel["pids"]) {
    if (pid["output_pid"] != kTdtPid) shown.push_back(pid["output_pid"]);  // this input has none
  }
  for (const json& pid : seen["pids"]) at_box.push_back(pid["pid"]);
  EXPECT_THAT(shown, ::testing::UnorderedElementsAreArray(at_box));
  // What the box got was sent before it was asked for.
  const json later = answer({"channel", "show", "first"});
  EXPECT_GE(later["outputs"][0]["packets"], seen["packets"]);
  EXPECT_GE(later["outputs"][0]["datagrams"], seen["datagrams"]);
}

TEST_F(ApiTest, InputsShowWhatIsPlayed) {
  EXPECT_EQ(answer({"input", "list"})["inputs"].size(), 2U);
  // Its PCRs make the timeline; when it locks, the machine's load decides.
  for (const char* id : {"first-in", "second-in"}) {
    const auto by_pcr = [&] {
      const json state = answer({"input", "show", id})["timeline"]["state"];
      return state == "acquiring" || state == "locked";
    };
    EXPECT_TRUE(wait_until(by_pcr, std::chrono::seconds(10))) << id;
    // The SDT comes once a second.
    const auto named = [&] { return !answer({"input", "show", id})["sdt_version"].is_null(); };
    EXPECT_TRUE(wait_until(named, std::chrono::seconds(10))) << id;
  }
  const json first = answer({"input", "show", "first-in"});
  EXPECT_EQ(first["source"], "rtp://239.1.1.1:5000");
  EXPECT_EQ(first["port"], "west");
  EXPECT_EQ(first["state"], "ok");
  EXPECT_EQ(first["rtp"]["lost"], 0);
  EXPECT_EQ(first["rtp"]["duplicates"], 0);
  EXPECT_EQ(first["priority1"]["cc_error"], 0);
  EXPECT_EQ(first["priority1"]["sync_byte_error"], 0);
  EXPECT_EQ(first["timeline"]["reference_pid"], 0x101);
  ASSERT_EQ(first["programs"].size(), 1U);
  EXPECT_EQ(first["programs"][0]["number"], 1);
  EXPECT_EQ(first["programs"][0]["name"], "Encoder's name");
  EXPECT_EQ(first["programs"][0]["pmt_pid"], 0x100);
  EXPECT_EQ(first["programs"][0]["streams"].size(), 2U);
  const json second = answer({"input", "show", "second-in"});
  EXPECT_EQ(second["from"], "10.1.0.5");
  EXPECT_TRUE(second["rtp"].is_null());
  EXPECT_GT(second["packets"], 0);
}

TEST_F(ApiTest, TimeIsMeasuredWhileItRuns) {
  const json time = answer({"time", "show"});
  EXPECT_EQ(time["counter"] == "tsc", time["why_not_tsc"].is_null());
  EXPECT_EQ(time["counter"] == "tsc", time["tsc_hz"].is_number());
  EXPECT_TRUE(time["utc"]["time"].is_string());
  const auto measurements = time["measurements"].get<std::uint64_t>();
  EXPECT_TRUE(wait_until([&] { return answer({"time", "show"})["measurements"] > measurements + 1; },
                         std::chrono::seconds(20)));
}

TEST_F(ApiTest, PortsShowTheQuerierAndTheGroupsOfTheSwitch) {
  EXPECT_EQ(answer({"port", "list"})["ports"].size(), 2U);
  EXPECT_TRUE(wait_until([&] { return !answer({"port", "show", "west"})["igmp_querier"].is_null(); },
                         std::chrono::seconds(20)));
  const json west = answer({"port", "show", "west"});
  EXPECT_EQ(west["link_up"], true);
  EXPECT_EQ(west["igmp_querier"], "10.1.0.1");
  EXPECT_EQ(west["igmp_version"], 3);
  EXPECT_EQ(west["addresses"], json({"10.1.0.10/24"}));
  EXPECT_EQ(west["driver"], "net_af_packet");
  std::vector<std::string> groups;
  for (const json& group : west["groups"]) {
    const std::string source = group["source"].is_null() ? "" : group["source"].get<std::string>();
    groups.push_back("headend-hd0 " + group["group"].get<std::string>() + (source.empty() ? "" : " ") +
                     source);
  }
  EXPECT_THAT(groups, UnorderedElementsAre("headend-hd0 239.1.1.1", "headend-hd0 232.1.1.2 10.1.0.5"));
  for (const std::string& group : groups) EXPECT_TRUE(lab->wait_for_group("west", group)) << group;
  // The MAC is the interface's.
  Process link = lab->run("headend", {"ip", "-j", "link", "show", "hd0"});
  ASSERT_EQ(link.wait(), 0) << link.errors();
  EXPECT_EQ(west["mac"], json::parse(link.output())[0]["address"]);
  EXPECT_GT(west["received"]["frames"], 0);
  EXPECT_EQ(west["device_drops"], 0);
  EXPECT_GT(answer({"port", "show", "east"})["sent"]["frames"], 0);
}

TEST_F(ApiTest, ConfigurationIsCheckedAndUnknownNamesAreRefused) {
  const std::string file = rig->folder().write("broken.yaml", "ports:\n  lan:\n    adress: 10.1.0.10/24\n");
  Process check({HEADWATER_HWCTL, "--socket", rig->socket(), "-o", "json", "config", "check", file});
  EXPECT_EQ(check.wait(), 1) << check.errors();
  const json said = json::parse(check.output());
  EXPECT_EQ(said["valid"], false);
  ASSERT_GT(said["errors"].size(), 0U);
  EXPECT_EQ(said["errors"][0]["line"], 3);
  EXPECT_EQ(answer({"config", "check", rig->folder().at("headend.yaml")})["valid"], true);
  Process unknown({HEADWATER_HWCTL, "--socket", rig->socket(), "channel", "show", "frist"});
  EXPECT_EQ(unknown.wait(), 1);
  EXPECT_THAT(unknown.errors(), ::testing::HasSubstr("first"));
}

}  // namespace
}  // namespace headwater::test
