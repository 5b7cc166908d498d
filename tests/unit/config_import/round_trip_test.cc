// SPDX-License-Identifier: Apache-2.0
//
// What an import prints is a lineup: as a table and as YAML, it loads to the same channels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config/import/import.h"
#include "config/model/compare.h"
#include "config/yaml/yaml.h"
#include "tests/support/folder.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHouse = R"(
ports: { west: { device: net_a, address: 10.1.0.10/24 }, east: { device: net_b, address: [10.2.0.10/24, 10.2.0.9/24] } }
inputs: { mux: { source: "udp://239.9.1.1:5000", port: west } }
address_plan: { hd: { group: 239.20.0.0/16 + number, port_number: 5000 } }
)";

class RoundTrip : public testing::Test {
 protected:
  Configuration load_with(const std::string& name, const std::string& file, const std::string& text,
                          const std::string& more) {
    std::ofstream(folder_ / file) << text;
    std::ofstream(folder_ / name) << kHouse << more;
    auto result = load(folder_ / name);
    if (result) return std::move(result->configuration);
    ADD_FAILURE() << all(result.error().errors) << text;
    return {};
  }

  // Both ways, which must agree.
  Configuration both(ListFormat format, std::string_view list, const ImportChoices& choices) {
    const Imported imported = import_list(format, list, "list", choices);
    EXPECT_EQ(all(imported.problems.errors), "");
    const Configuration table = load_with("table.yaml", "lineup.csv", csv_of(imported.channels),
                                          "lineup: { csv: lineup.csv }\n" + defaults_);
    const Configuration yaml = load_with("whole.yaml", "channels.yaml", yaml_of(imported.channels),
                                         "include: channels.yaml\n" + defaults_);
    const Difference differ = difference(table, yaml);
    EXPECT_TRUE(differ.channels.none() && differ.inputs.none()) << yaml_of(imported.channels);
    return table;
  }

  test::Folder made_;
  fs::path folder_ = made_.path();
  std::string defaults_;
};

TEST_F(RoundTrip, APlaylist) {
  const std::string_view list =
      "#EXTM3U\n"
      "#EXTINF:-1 tvg-chno=\"1\",\"Quoted\", yes: #1 \\ {x} ${y}\nudp://@239.1.1.1:5000\n"
      "#EXTINF:-1 tvg-chno=\"2\",no\n#EXTVLCOPT:program=11\nrtp://10.1.0.5@232.1.1.2:5000\n"
      "#EXTINF:-1 tvg-chno=\"3\",3\n#EXTVLCOPT:program=12\nrtp://10.1.0.5@232.1.1.2:5000\n";
  defaults_ = "defaults: { outputs: [{ to: \"rtp://{plan.hd}\", port: east }] }\n";
  const Configuration c = both(ListFormat::kM3u, list, {.columns = {}, .fill = {{"inputs.port", "west"}}});
  ASSERT_EQ(c.channels.size(), 3U);
  EXPECT_EQ(c.channels[0].name, "\"Quoted\", yes: #1 \\ {x} ${y}");
  EXPECT_EQ(c.channels[1].name, "no");
  EXPECT_EQ(c.channels[1].outputs[0].group, "239.20.0.2");
  EXPECT_EQ(c.channels[2].inputs, c.channels[1].inputs) << "two programs, one input";
  EXPECT_EQ(c.inputs.size(), 3U);
}

TEST_F(RoundTrip, Dvblast) {
  const std::string_view list =
      "239.255.0.1:1234/srvname=A,_\"B\"/newsid=5 1 101 1234,1235\n"
      "239.255.0.1:1235/udp/ttl=8/srvname=A,_\"B\"/newsid=5/srcaddr=10.2.0.9 1 101 1234,1235\n"
      "239.255.0.2:1234/tos=0x88/pidmap=256,258,257,259 1 102\n";
  const Configuration c = both(ListFormat::kDvblast, list,
                               {.columns = {}, .fill = {{"inputs", "mux"}, {"outputs.port", "east"}}});
  ASSERT_EQ(c.channels.size(), 2U);
  EXPECT_EQ(c.channels[0].name, "A, \"B\"");
  ASSERT_EQ(c.channels[0].outputs.size(), 2U);
  EXPECT_EQ(c.channels[0].outputs[1].from, "10.2.0.9");
  EXPECT_EQ(c.channels[0].streams.only.size(), 2U);
  EXPECT_EQ(c.channels[1].outputs[0].dscp, 34);
  EXPECT_EQ(c.channels[1].pids.video, Pid::from_wire(257));
}

}  // namespace
}  // namespace headwater::config
