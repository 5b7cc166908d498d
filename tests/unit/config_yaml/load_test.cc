// SPDX-License-Identifier: Apache-2.0
//
// Values: what each key becomes, what counts where it is said twice, and what `include` brings together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "config/yaml/yaml.h"
#include "tests/support/folder.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

Configuration sound(const std::string& text) {
  auto result = parse(text, "conf/f.yaml");
  if (!result) {
    ADD_FAILURE() << all(result.error().errors);
    return {};
  }
  return std::move(result->configuration);
}

TEST(Values, EveryKeyArrives) {
  const Configuration c = sound(R"(
headend:
  name: oslo-1
  network_id: 0x2001
  original_network_id: 0x2002
  workers: [3]
  poll: busy
  memory: 4G
  huge_pages: false
  state_directory: /tmp/state
  api_socket: /tmp/api.sock
ports:
  west:
    device: 0000:3b:00.0
    address: [10.1.0.10/24, 10.1.0.11/32]
    gateway: 10.1.0.1
    vlan: 300
    rate: 10G
    mac: "02:00:00:00:00:01"
inputs:
  net: { source: "rtp://232.1.1.1:5004", from: 10.9.0.1, port: west, jitter: 50ms, reorder: 30ms, max_rate: 9.5M }
  uni: { source: "udp://10.1.0.11:6000", enabled: false }
  clip: { source: "file:a/b.ts", rate: 2.5M }
  other: { source: "file:///srv/c.ts", enabled: false }
channels:
- id: das-erste
  name: Das Erste HD
  number: 1
  provider: ARD
  inputs: [net, clip]
  program: 11100
  service_id: 0x65
  service_type: 0x19
  transport_stream_id: 7
  delay: 1.5s
  scrambled: pass
  streams: { keep: [video, audio], languages: [DEU, eng], only: [0x101, 258], drop: [0x103] }
  pids: { mode: allocate, first: 0x200, pmt: 0x20, video: 0x100, map: { 0x101: 0x111, 258: 0x112 } }
  outputs:
  - { to: "rtp://239.20.0.1:5000", from: 10.1.0.11, source_port: 4000, rate: transparent, dscp: cs5, ttl: 3, nulls: keep }
  - { to: "udp://239.20.1.1:5001" }
)");
  EXPECT_EQ(c.headend.name, "oslo-1");
  EXPECT_EQ(c.headend.network_id, 0x2001);
  EXPECT_EQ(c.headend.original_network_id, 0x2002);
  EXPECT_THAT(c.headend.workers, ElementsAre(3U));
  EXPECT_EQ(c.headend.poll, Headend::Poll::kBusy);
  EXPECT_EQ(c.headend.memory, 4ULL << 30);
  EXPECT_FALSE(c.headend.huge_pages);
  EXPECT_EQ(c.headend.state_directory, "/tmp/state");
  EXPECT_EQ(c.headend.api_socket, "/tmp/api.sock");

  ASSERT_EQ(c.ports.size(), 1U);
  const Port& port = c.ports[0];
  EXPECT_EQ(port.id, "west");
  EXPECT_EQ(port.device, "0000:3b:00.0");
  ASSERT_EQ(port.addresses.size(), 2U);
  EXPECT_EQ(port.addresses[0].address, "10.1.0.10");
  EXPECT_EQ(port.addresses[0].prefix, 24U);
  EXPECT_EQ(port.addresses[1].prefix, 32U);
  EXPECT_EQ(port.gateway, "10.1.0.1");
  EXPECT_EQ(port.vlan, 300);
  EXPECT_EQ(port.rate, 10'000'000'000U);
  EXPECT_EQ(port.mac, "02:00:00:00:00:01");

  ASSERT_EQ(c.inputs.size(), 4U);
  EXPECT_EQ(c.inputs[0].kind, Input::Kind::kRtp);
  EXPECT_EQ(c.inputs[0].group, "232.1.1.1");
  EXPECT_EQ(c.inputs[0].udp_port, 5004);
  EXPECT_EQ(c.inputs[0].from, "10.9.0.1");
  EXPECT_EQ(c.inputs[0].jitter_ms, 50U);
  EXPECT_EQ(c.inputs[0].reorder_ms, 30U);
  EXPECT_EQ(c.inputs[0].max_rate, 9'500'000U);
  EXPECT_EQ(c.inputs[1].kind, Input::Kind::kUdp);
  EXPECT_EQ(c.inputs[1].port, "west") << "the only port needs no naming";
  EXPECT_FALSE(c.inputs[1].enabled);
  EXPECT_EQ(c.inputs[1].jitter_ms, 100U);
  EXPECT_EQ(c.inputs[1].reorder_ms, 20U);
  EXPECT_EQ(c.inputs[2].kind, Input::Kind::kFile);
  EXPECT_EQ(c.inputs[2].path, "conf/a/b.ts") << "relative to the configuration file";
  EXPECT_EQ(c.inputs[2].file_rate, 2'500'000U);
  EXPECT_EQ(c.inputs[3].path, "/srv/c.ts");

  ASSERT_EQ(c.channels.size(), 1U);
  const Channel& channel = c.channels[0];
  EXPECT_EQ(channel.id, "das-erste");
  EXPECT_EQ(channel.name, "Das Erste HD");
  EXPECT_EQ(channel.number, 1U);
  EXPECT_EQ(channel.provider, "ARD");
  EXPECT_THAT(channel.inputs, ElementsAre("net", "clip"));
  EXPECT_EQ(channel.program, 11100);
  EXPECT_EQ(channel.service_id, 101);
  EXPECT_EQ(channel.service_type, 0x19);
  EXPECT_EQ(channel.transport_stream_id, 7);
  EXPECT_EQ(channel.delay_ms, 1500U);
  EXPECT_EQ(channel.scrambled, Channel::Scrambled::kPass);
  const auto pid = [](std::uint16_t value) { return Pid::from_wire(value); };
  EXPECT_THAT(channel.streams.keep, ElementsAre("video", "audio"));
  EXPECT_THAT(channel.streams.languages, ElementsAre("deu", "eng"));
  EXPECT_THAT(channel.streams.only, ElementsAre(pid(0x101), pid(0x102)));
  EXPECT_THAT(channel.streams.drop, ElementsAre(pid(0x103)));
  EXPECT_EQ(channel.pids.mode, PidPlan::Mode::kAllocate);
  EXPECT_EQ(channel.pids.first, 0x200);
  EXPECT_EQ(channel.pids.pmt, pid(0x20));
  EXPECT_EQ(channel.pids.video, pid(0x100));
  EXPECT_THAT(channel.pids.map, ElementsAre(Pair(0x101, pid(0x111)), Pair(0x102, pid(0x112))));
  ASSERT_EQ(channel.outputs.size(), 2U);
  const Output& first = channel.outputs[0];
  EXPECT_TRUE(first.rtp);
  EXPECT_EQ(first.group, "239.20.0.1");
  EXPECT_EQ(first.udp_port, 5000);
  EXPECT_EQ(first.port, "west");
  EXPECT_EQ(first.from, "10.1.0.11");
  EXPECT_EQ(first.source_port, 4000);
  EXPECT_EQ(first.dscp, 40);
  EXPECT_EQ(first.ttl, 3);
  EXPECT_TRUE(first.keep_nulls);
  const Output& second = channel.outputs[1];
  EXPECT_FALSE(second.rtp);
  EXPECT_EQ(second.udp_port, 5001);
  EXPECT_EQ(second.dscp, 34);
  EXPECT_EQ(second.ttl, 16);
  EXPECT_FALSE(second.keep_nulls);
  EXPECT_EQ(to_string(channel.places.at("pids.map.257")), "conf/f.yaml:38:80");
}

TEST(Values, MapsMergeAndListsReplace) {
  const Configuration c = sound(R"(
ports: { p: { device: net_x, address: 10.1.0.1/24 } }
inputs: { i: { source: "udp://239.1.1.1:1" } }
defaults: { profile: hd, provider: Default, delay: 300ms, streams: { languages: [deu, eng], keep: [video] } }
profiles:
  hd: { delay: 400ms, pids: { pmt: 0x20, video: 0x100 }, streams: { keep: [audio] } }
  sd: { scrambled: pass }
channels:
- { name: A, inputs: [i], pids: { video: 0x200 }, streams: { languages: [fra] } }
- { name: B, inputs: [i], profile: sd }
- { name: C, inputs: [i], delay: 500ms, provider: Mine, enabled: false }
)");
  ASSERT_EQ(c.channels.size(), 3U);
  const Channel& a = c.channels[0];
  EXPECT_EQ(a.id, "a");
  EXPECT_EQ(a.provider, "Default");
  EXPECT_EQ(a.delay_ms, 400U) << "profile over defaults";
  EXPECT_EQ(a.pids.pmt, Pid::from_wire(0x20)) << "from the profile";
  EXPECT_EQ(a.pids.video, Pid::from_wire(0x200)) << "the channel's own";
  EXPECT_THAT(a.streams.keep, ElementsAre("audio"));
  EXPECT_THAT(a.streams.languages, ElementsAre("fra"));
  const Channel& b = c.channels[1];
  EXPECT_EQ(b.delay_ms, 300U) << "sd says none: defaults";
  EXPECT_EQ(b.scrambled, Channel::Scrambled::kPass);
  EXPECT_EQ(b.pids.pmt, std::nullopt) << "its profile is not hd";
  EXPECT_THAT(b.streams.keep, ElementsAre("video"));
  const Channel& third = c.channels[2];
  EXPECT_EQ(third.delay_ms, 500U);
  EXPECT_EQ(third.provider, "Mine");
  EXPECT_FALSE(third.enabled);
}

TEST(Values, ReorderingFitsAShortJitter) {
  const Configuration c = sound(R"(
ports: { p: { device: net_x, address: 10.1.0.1/24 } }
inputs: { i: { source: "rtp://239.1.1.1:1", jitter: 5ms } }
)");
  ASSERT_EQ(c.inputs.size(), 1U);
  EXPECT_EQ(c.inputs[0].reorder_ms, 5U);
}

TEST(Values, TheDelayThatNobodySaysFitsTheJitter) {
  const Configuration c = sound(R"(
ports: { p: { device: net_x, address: 10.1.0.1/24 } }
inputs:
  calm: { source: "udp://239.1.1.1:1" }
  far: { source: "udp://239.1.1.2:1", jitter: 160ms }
channels:
- { name: A, inputs: [calm] }
- { name: B, inputs: [calm, far] }
- { name: C, inputs: [{ source: "udp://239.1.1.3:1", jitter: 300ms }] }
- { name: D, inputs: [far], delay: 400ms }
)");
  ASSERT_EQ(c.channels.size(), 4U);
  EXPECT_EQ(c.channels[0].delay_ms, 150U);
  EXPECT_EQ(c.channels[1].delay_ms, 200U);
  EXPECT_EQ(c.channels[2].delay_ms, 340U);
  EXPECT_EQ(c.channels[3].delay_ms, 400U);
}

class Includes : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }

  static std::string channel(const std::string& name) {
    return "channels: [{ name: " + name + ", inputs: [i] }]\n";
  }

  test::Folder made_;
  fs::path folder_ = made_.path();
};

TEST_F(Includes, ListsAndMapsJoinOverFiles) {
  write("main.yaml", "include: [ports.yaml, channels/*.yaml]\n" + channel("Main") +
                         "inputs: { i: { source: \"file:i.ts\" } }\n");
  write("ports.yaml", "ports: { p: { device: net_x } }\ninputs: { k: { source: \"file:k.ts\" } }\n");
  write("channels/a.yaml", channel("A"));
  write("channels/b.yaml", channel("B"));
  write("channels/empty.yaml", "# nothing yet\n");
  write("channels/notes.txt", "{{{");
  const auto result = load(folder_ / "main.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  std::vector<std::string> names;
  for (const Channel& each : result->configuration.channels) names.push_back(each.name);
  EXPECT_THAT(names, ElementsAre("Main", "A", "B"));
  EXPECT_EQ(result->configuration.inputs.size(), 2U);
  EXPECT_EQ(result->configuration.ports.size(), 1U);
  EXPECT_EQ(result->configuration.channels[2].where.file, (folder_ / "channels/b.yaml").string());
  EXPECT_EQ(result->configuration.inputs[0].path, (folder_ / "i.ts").string());
}

TEST_F(Includes, WhatStandsInTwoFilesIsAnError) {
  write("main.yaml", "include: other.yaml\nheadend: { name: a }\ninputs: { i: { source: \"file:i.ts\" } }\n" +
                         channel("One"));
  write("other.yaml", "headend: { name: b }\ninputs: { i: { source: \"file:k.ts\" } }\n" + channel("One"));
  const auto result = load(folder_ / "main.yaml");
  ASSERT_FALSE(result);
  const std::string errors = all(result.error().errors);
  const std::string main = (folder_ / "main.yaml").string();
  EXPECT_THAT(errors, HasSubstr("other.yaml:1:12: headend: `name` stands at " + main + ":2:12 already"));
  EXPECT_THAT(errors, HasSubstr("other.yaml:2:11: inputs: `i` stands at " + main + ":3:11 already"));
  EXPECT_THAT(errors,
              HasSubstr("other.yaml:3:12: channel \"One\": `id` one is that of channel \"One\" already"));
}

TEST_F(Includes, EachFileIsReadOnceAndCirclesEnd) {
  write("main.yaml",
        "include: [a.yaml, \"*.yaml\"]\n" + channel("Main") + "inputs: { i: { source: \"file:i.ts\" } }\n");
  write("a.yaml", "include: [main.yaml, ./a.yaml]\n" + channel("A"));
  const auto result = load(folder_ / "main.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_EQ(result->configuration.channels.size(), 2U);
}

TEST_F(Includes, AFolderIsAllItsFiles) {
  write("conf/1.yaml", "inputs: { i: { source: \"file:i.ts\" } }\n");
  write("conf/2.yaml", channel("A"));
  const auto result = load(folder_ / "conf");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_EQ(result->configuration.channels.size(), 1U);
  fs::create_directory(folder_ / "empty");
  const auto none = load(folder_ / "empty");
  ASSERT_FALSE(none);
  EXPECT_THAT(all(none.error().errors), HasSubstr("no *.yaml in this folder"));
}

// What a full disk leaves of a file: with it gone for nothing, its channels would go off the air. A comment
// says that it is meant.
TEST_F(Includes, AFileOfNoBytesIsAnError) {
  write("main.yaml", "include: [more.yaml]\ninputs: { i: { source: \"file:i.ts\" } }\n" + channel("Main"));
  write("more.yaml", "");
  const auto result = load(folder_ / "main.yaml");
  ASSERT_FALSE(result);
  EXPECT_THAT(all(result.error().errors),
              AllOf(HasSubstr("main.yaml:1:11: "), HasSubstr("more.yaml cannot be read: it is empty")));
  EXPECT_FALSE(load(folder_ / "more.yaml"));
}

TEST_F(Includes, MissingFilesAreNamed) {
  write("main.yaml", "include:\n- none.yaml\n- conf/*.yaml\n- .\n");
  const auto result = load(folder_ / "main.yaml");
  ASSERT_FALSE(result);
  const std::string errors = all(result.error().errors);
  EXPECT_THAT(errors, HasSubstr("main.yaml:2:3: "));
  EXPECT_THAT(errors, HasSubstr("none.yaml cannot be read: No such file or directory"));
  EXPECT_THAT(errors, HasSubstr("main.yaml:4:3: "));
  EXPECT_THAT(errors, HasSubstr("it is not a file"));
  EXPECT_THAT(all(result.error().warnings), HasSubstr("main.yaml:3:3: `include`: "));

  const auto missing = load(folder_ / "nothing.yaml");
  ASSERT_FALSE(missing);
  EXPECT_THAT(all(missing.error().errors), HasSubstr("nothing.yaml cannot be read: No such file"));
}

TEST(IncludesOfText, ATextCannotInclude) {
  const auto result = parse("include: x.yaml\n", "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(all(result.error().errors),
            "f.yaml:1:10: `include`: x.yaml: a text without a file cannot include others\n");
}

}  // namespace
}  // namespace headwater::config
