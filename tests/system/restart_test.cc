// SPDX-License-Identifier: Apache-2.0
//
// headwaterd killed while on air and started anew on the same state, twice: the boxes stay joined, nothing is
// renumbered, counters go on where they were, nothing that the dead one left stands in the way, and the
// pictures go on.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "tests/support/captures.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;

constexpr const char* kFirstOut = "rtp://239.2.1.1:5000";
constexpr std::uint64_t kSecond = 2'000'000 / 8;  // bytes, at least, of a channel

// What a receiver has to find again.
json identity_of(const json& seen) {
  json identity{{"rtp_ssrc", seen["rtp_ssrc"]},       {"transport_stream_id", seen["transport_stream_id"]},
                {"pat_version", seen["pat_version"]}, {"sdt_version", seen["sdt_version"]},
                {"services", seen["services"]},       {"pids", json::array()}};
  for (const json& pid : seen["pids"]) identity["pids"].push_back(pid["pid"]);
  return identity;
}

int discontinuities_of(const json& seen) {
  int found = 0;
  for (const json& pid : seen["pids"])
    if (pid.contains("pcr")) found += pid["pcr"]["discontinuities"].get<int>();
  return found;
}

class RestartTest : public HeadendLabTest {
 protected:
  void live_through_kills(bool huge_pages) {
    make_rig(kTwoChannels, huge_pages);
    const std::string first = rig->folder().write("first.ts", service(1, 1));
    const std::string second = rig->folder().write("second.ts", service(2, 60));  // no seam
    Box throughout(*lab, HEADWATER_SETTOP, "box2", kFirstOut, rig->folder().at("throughout.ts"));
    Box unlooped(*lab, HEADWATER_SETTOP, "box3", "udp://239.2.1.2:5000", rig->folder().at("unlooped.ts"));
    rig->play({first, "rtp://239.1.1.1:5000", second, "udp://232.1.1.2:5000"});
    json identity;
    for (int life = 0; life < 3; ++life) {
      SCOPED_TRACE("life " + std::to_string(life));
      rig->start_daemon();
      ASSERT_TRUE(rig->wait_on_air()) << rig->log();
      const std::string file = rig->folder().at("life" + std::to_string(life) + ".ts");
      Box box(*lab, HEADWATER_SETTOP, "box1", kFirstOut, file);
      ASSERT_TRUE(box.wait_recorded(2 * kSecond));
      if (life < 2) {
        EXPECT_EQ(rig->end_daemon(SIGKILL), 128 + SIGKILL);
        EXPECT_TRUE(std::filesystem::exists(rig->socket())) << "it was not killed in the middle";
      }
      const json seen = box.stop();
      expect_clean(seen);
      if (life == 0) identity = identity_of(seen);
      EXPECT_EQ(identity_of(seen), identity);
      if (life == 2) expect_streams(box.packets(), packets_of(read_file(first)), rig->pids_of("first"), 1);
    }
    // It saw two breaks, and else what the others saw.
    const json seen = throughout.stop();
    const json second_seen = unlooped.stop();
    EXPECT_LE(second_seen["cc_errors"], 8) << second_seen.dump(2);
    // ISO/IEC 13818-1 2.4.3.5: each new life says so once, on the PCR.
    EXPECT_EQ(discontinuities_of(second_seen), 2) << second_seen.dump(2);
    EXPECT_EQ(identity_of(seen), identity);
    // What a worker had just written and not sent yet is all that is missing in the count.
    EXPECT_LE(seen["cc_errors"], 8) << seen.dump(2);
    EXPECT_LE(seen["rtp_lost"], 8);
    EXPECT_EQ(seen["rtp_reordered"], 0);
    EXPECT_EQ(seen["rtp_duplicates"], 0);
    EXPECT_EQ(seen["rtp_restarts"], 0);
    EXPECT_EQ(seen["bad_datagrams"], 0);
    EXPECT_EQ(seen["sync_errors"], 0);
    const TablesSeen tables = tables_of(throughout.packets());
    EXPECT_EQ(tables.pats.size(), 1U);
    EXPECT_EQ(tables.pmts.size(), 1U);
    EXPECT_EQ(tables.sdts.size(), 1U);
    EXPECT_TRUE(lab->wait_for_group("west", "headend-hd0 239.1.1.1"));
    EXPECT_TRUE(lab->wait_for_group("west", "headend-hd0 232.1.1.2 10.1.0.5"));
    expect_balance(6);
  }
};

TEST_F(RestartTest, KilledTwiceNothingIsRenumbered) {
  live_through_kills(false);
}

TEST_F(RestartTest, KilledTwiceInHugePages) {
  if (!std::filesystem::exists("/sys/kernel/mm/hugepages/hugepages-2048kB")) {
    GTEST_SKIP() << "this kernel has no 2 MiB huge pages";
  }
  live_through_kills(true);
}

}  // namespace
}  // namespace headwater::test
