// SPDX-License-Identifier: Apache-2.0
//
// One row a mistake: the line that an operator got wrong, and what must be said about it, where. Each is set
// into a configuration that is sound without it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "config/yaml/yaml.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// Lines are counted from 1; `line` is replaced by `text`.
const std::vector<std::string> kSound = {
    "headend:",                                                   // 1
    "  workers: [1]",                                             // 2
    "ports:",                                                     // 3
    "  west: { device: net_a, address: 10.1.0.10/24 }",           // 4
    "  east: { device: net_b, address: 10.2.0.10/24 }",           // 5
    "inputs:",                                                    // 6
    "  a: { source: \"udp://239.1.1.1:5000\", port: west }",      // 7
    "  b: { source: \"rtp://239.1.1.2:5000\", port: west }",      // 8
    "profiles:",                                                  // 9
    "  hd: { delay: 300ms }",                                     // 10
    "defaults:",                                                  // 11
    "  profile: hd",                                              // 12
    "channels:",                                                  // 13
    "- name: One",                                                // 14
    "  number: 1",                                                // 15
    "  inputs: [a]",                                              // 16
    "  outputs: [{ to: \"udp://239.2.1.1:5000\", port: east }]",  // 17
    "- name: Two",                                                // 18
    "  number: 2",                                                // 19
    "  inputs: [b]",                                              // 20
    "  outputs: [{ to: \"udp://239.2.1.2:5000\", port: east }]",  // 21
};

std::string sound_with(std::size_t line, const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < kSound.size(); ++i) result += (i + 1 == line ? text : kSound[i]) + "\n";
  return result;
}

struct Row {
  std::size_t line;
  std::string text;
  std::string said;  // from "line:column: " on, a part of it
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.text;
}

class Errors : public testing::TestWithParam<Row> {};

TEST_P(Errors, IsToldAtItsPlace) {
  const auto& [line, text, said] = GetParam();
  const auto result = parse(sound_with(line, text), "f.yaml");
  ASSERT_FALSE(result) << "taken: " << text;
  EXPECT_THAT(all(result.error().errors), HasSubstr("f.yaml:" + said));
}

// What `text` may not upset besides: exactly one error.
TEST_P(Errors, IsToldOnce) {
  const auto& [line, text, said] = GetParam();
  const auto result = parse(sound_with(line, text), "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().errors.size(), 1U) << all(result.error().errors);
}

const std::string kWest = "  west: { device: net_a, address: 10.1.0.10/24, ";
const std::string kA = "  a: { source: \"udp://239.1.1.1:5000\", port: west, ";
const std::string kOut = "  outputs: [{ to: \"udp://239.2.1.1:5000\", port: east, ";

INSTANTIATE_TEST_SUITE_P(
    Keys, Errors,
    testing::Values(
        Row{1, "haedend:", "1:1: `haedend` is not a key here, did you mean `headend`?"},
        Row{1, "ott: {}\nheadend:", "1:1: `ott` is not supported in this version"},
        Row{1, "muxes: []\nheadend:", "1:1: `muxes` is not supported in this version"},
        Row{2, "  worker: [1]", "2:3: headend: `worker` is not a key here, did you mean `workers`?"},
        Row{4, kWest + "banana: 1 }",
            "4:49: port \"west\": `banana` is not a key here; allowed: device, address"},
        Row{7, kA + "legs: [x, y] }", "7:52: input \"a\": `legs` is not supported in this version"},
        Row{10, "  hd: { delay: 300ms, redundancy: {} }",
            "10:23: profile \"hd\": `redundancy` is not supported"},
        Row{10, "  hd: { dely: 300ms }",
            "10:9: profile \"hd\": `dely` is not a key here, did you mean `delay`?"},
        Row{10, "  hd: { number: 3 }", "10:9: profile \"hd\": `number` is not a key here"},
        Row{12, "  name: x", "12:3: defaults: `name` is not a key here"},
        Row{15, "  number: 1\n  epg: x", "16:3: channel \"One\": `epg` is not supported in this version"},
        Row{15, "  number: 1\n  number: 2", "16:3: `number` stands here twice, first at f.yaml:15:3"},
        Row{15, "  number: 1\n  streams: { lang: [deu] }",
            "16:14: channel \"One\": `lang` is not a key here"},
        Row{17, kOut + "fec: { l: 10, d: 10 } }]", "17:55: channel \"One\": `fec` is not supported"},
        Row{17, kOut + "mode: static }]", "17:55: channel \"One\": `mode` is not supported"}));

INSTANTIATE_TEST_SUITE_P(
    Headend, Errors,
    testing::Values(
        Row{2, "  workers: []", "2:12: headend: `workers` names no core"},
        Row{2, "  workers: [1, 2, 1]", "2:12: headend: `workers` names core 1 twice"},
        Row{2, "  workers: [0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]",
            "2:12: headend: `workers` names 17 cores: 16 are the most"},
        Row{2, "  workers: [128]", "2:13: headend: `workers`: 128 is not a core (0..127)"},
        Row{2, "  network_id: 010", "2:15: headend: `network_id`: `010` begins with a zero"},
        Row{2, "  network_id: 65536", "2:15: headend: `network_id`: 65536 is not a network_id (1..65535)"},
        Row{2, "  memory: 4", "2:11: headend: `memory`: `4` needs a unit, like 512M or 4G"},
        Row{2, "  poll: fast", "2:9: headend: `poll`: `fast` is not allowed: adaptive, busy"},
        Row{2, "  huge_pages: yes", "2:15: headend: `huge_pages`: `yes` is not allowed: true, false"},
        Row{2, "  name:", "2:3: headend: `name` has no value"},
        Row{2, "  name: [a]", "2:9: headend: `name`: a single value is needed, here stands a list"},
        Row{2, "  name: \"a\\x1b[2J\"", "2:9: headend: `name`: control characters are not allowed"}));

INSTANTIATE_TEST_SUITE_P(
    Ports, Errors,
    testing::Values(
        Row{4, "  west: { address: 10.1.0.10/24 }", "4:9: port \"west\": `device` is missing"},
        Row{4, "  west: { device: eth0, address: 10.1.0.10/24 }",
            "4:19: port \"west\": `device`: `eth0` is neither a PCI address"},
        Row{4, "  west: { device: net_b, address: 10.1.0.10/24 }",
            "5:19: port \"east\": `net_b` is the device of port \"west\""},
        Row{4, "  west: { device: net_a, address: 10.1.0.10 }",
            "4:35: port \"west\": `address`: `10.1.0.10` says no prefix"},
        Row{4, "  west: { device: net_a, address: 10.1.0.0/24 }",
            "4:35: port \"west\": 10.1.0.0/24 is the address of a network"},
        Row{4, "  west: { device: net_a, address: 239.1.0.1/24 }",
            "4:35: port \"west\": `address`: `239.1.0.1/24` is not an address"},
        Row{4, "  west: { device: net_a, address: [10.1.0.10/24, \"2001:db8::1/64\"] }",
            "4:50: port \"west\": `address`: `2001:db8::1/64`: IPv6 is not supported"},
        Row{4, "  west: { device: net_a, address: [10.1.0.10/24, 10.2.0.10/24] }",
            "5:35: port \"east\": 10.2.0.10 is an address of port \"west\""},
        Row{4, kWest + "gateway: 10.3.0.1 }", "4:58: port \"west\": the gateway 10.3.0.1 is in none of"},
        Row{4, kWest + "vlan: 4095 }", "4:55: port \"west\": `vlan`: 4095 is not a VLAN (1..4094)"},
        Row{4, kWest + "rate: fast }", "4:55: port \"west\": `rate`: `fast` is not a value like"},
        Row{4, kWest + "mac: 01:00:5e:00:00:01 }",
            "4:54: port \"west\": `mac`: `01:00:5e:00:00:01` is not the MAC address of a station"},
        Row{4, kSound[3] + "\n  spare: x", "5:3: port \"spare\": a map with its keys is needed here"}));

INSTANTIATE_TEST_SUITE_P(
    Inputs, Errors,
    testing::Values(
        Row{7, "  a: { port: west }", "7:6: input \"a\": `source` is missing"},
        Row{7, "  a: { source: \"udp://239.1.1.1:5000\" }", "7:6: input \"a\": `port` is missing"},
        Row{7, "  a: { source: \"udp://239.1.1.1:5000\", port: wst }",
            "7:46: input \"a\": there is no port `wst`, did you mean `west`?"},
        Row{7, "  a: { source: \"http://239.1.1.1:5000\", port: west }",
            "7:16: input \"a\": `source`: `http://239.1.1.1:5000`: udp, rtp and file"},
        Row{7, "  a: { source: \"udp://224.0.0.9:5000\", port: west }",
            "7:16: input \"a\": 224.0.0.9 is in 224.0.0.x"},
        Row{7, "  a: { source: \"udp://232.1.1.1:5000\", port: west }",
            "7:16: input \"a\": 232.1.1.1 is source-specific"},
        Row{7, "  a: { source: \"udp://10.1.0.11:5000\", port: west }",
            "7:16: input \"a\": 10.1.0.11 is neither a group nor an address of port \"west\" (its addresses: "
            "10.1.0.10)"},
        Row{7, "  a: { source: \"rtp://239.1.1.2:5000\", port: west }",
            "8:16: input \"b\": 239.1.1.2:5000 on port \"west\" is input \"a\" already (f.yaml:7:3)"},
        Row{7, kA + "from: 239.1.1.1 }",
            "7:58: input \"a\": `from`: `239.1.1.1` is not the IPv4 address of a sender"},
        Row{7, kA + "jitter: 261ms }",
            "10:16: channel \"One\": a delay of 300ms is too short for the 261ms `jitter` of input \"a\" "
            "(f.yaml:7:3): at least 301ms, or a `jitter` of at most 260ms"},
        Row{8, "  b: { source: \"rtp://239.1.1.2:5000\", port: west, reorder: 101ms }",
            "8:61: input \"b\": `reorder` 101ms is more than `jitter` 100ms"},
        Row{7, kA + "max_rate: 8 }", "7:62: input \"a\": `max_rate`: 8 is out of range"},
        Row{7, kA + "rate: 8M }", "7:58: input \"a\": `rate`: only a file is played at a rate"},
        Row{7, "  a: { source: \"file:x.ts\", port: west }",
            "7:35: input \"a\": `port`: has no meaning for a file"},
        Row{7, "  a: { source: \"file:\" }", "7:16: input \"a\": `source`: `file:` names no file"},
        Row{7,
            "  a b: { source: \"udp://239.1.1.1:5000\", port: west }\n  a: { source: "
            "\"udp://239.1.1.3:5000\", port: west }",
            "7:3: `a b` is not an id for this input"}));

INSTANTIATE_TEST_SUITE_P(
    Channels, Errors,
    testing::Values(
        Row{14, "- id: one", "14:3: channel \"one\": `name` is missing"},
        Row{14, "- name: \"\\u0420\"", "14:3: channel \"\u0420\": `id` is missing"},
        Row{14, "- name: One\n  id: a/b", "15:7: channel \"One\": `id`: `a/b` is not an id"},
        Row{14, "- name: TWO", "18:3: channel \"Two\": `id` two is that of channel \"TWO\" already"},
        Row{15, "  number: 2",
            "19:11: channel \"Two\": `number` 2 is that of channel \"One\" already (f.yaml:15:11)"},
        Row{15, "  number: 16384",
            "15:11: channel \"One\": `number`: 16384 is not a channel number (1..16383)"},
        Row{15, "  number: 1\n  program: 0",
            "16:12: channel \"One\": `program`: 0 is not a program_number (1..65535)"},
        Row{15, "  number: 1\n  profile: hdd",
            "16:12: channel \"One\": `profile`: there is no profile `hdd`; there are: hd, did you mean "
            "`hd`?"},
        Row{12, "  profile: sd", "12:12: defaults: `profile`: there is no profile `sd`"},
        Row{16, "  inputs: [aa, a]", "16:12: channel \"One\": there is no input `aa`"},
        Row{16, "  inputs: [a, a]", "16:15: channel \"One\": input `a` stands here twice"},
        Row{16, "  inputs: []", "16:11: channel \"One\": `inputs`: a channel needs at least one input"},
        Row{15, "  number: 1\n  delay: 200",
            "16:10: channel \"One\": `delay`: `200` needs a unit, like 200ms or 2s"},
        Row{10, "  hd: { delay: 20ms }",
            "10:16: profile \"hd\": `delay`: 20ms is out of range (40ms..60000ms)"},
        Row{15, "  number: 1\n  scrambled: maybe",
            "16:14: channel \"One\": `scrambled`: `maybe` is not allowed: pass, refuse"},
        Row{15, "  number: 1\n  streams: { keep: [vidio] }",
            "16:21: channel \"One\": `streams.keep`: `vidio` is not allowed"},
        Row{15, "  number: 1\n  streams: { languages: [german] }",
            "16:26: channel \"One\": `streams.languages`: `german` is not a language"},
        Row{15, "  number: 1\n  streams: { only: [0x100], drop: [0x100] }",
            "16:35: channel \"One\": PID 0x0100 stands under `streams.only` and `streams.drop`"},
        Row{15, "  number: 1\n  pids: { pmt: 8200 }",
            "16:16: channel \"One\": `pids.pmt`: 8200 is not a PID (0..8191)"},
        Row{15, "  number: 1\n  pids: { pmt: 0x11 }",
            "16:16: channel \"One\": `pids.pmt`: PID 0x11 is kept for tables"},
        Row{15, "  number: 1\n  pids: { video: 0x1fff }",
            "16:18: channel \"One\": `pids.video`: PID 0x1fff is kept for tables"},
        Row{15, "  number: 1\n  pids: { pmt: 0x100, video: 256 }",
            "16:30: channel \"One\": `pids.video` takes PID 0x0100, which `pids.pmt` takes already"},
        Row{15, "  number: 1\n  pids: { map: { 0x31: 0x40, 50: 64 } }",
            "16:34: channel \"One\": `pids.map: 0x0032` takes PID 0x0040"},
        Row{15, "  number: 1\n  pids: { map: { 0x31: 0x40, 49: 0x41 } }",
            "16:30: channel \"One\": `pids.map`: input PID 49 stands here twice"},
        Row{13, "channels:\n- x", "14:3: channels: each channel is a map"}));

INSTANTIATE_TEST_SUITE_P(
    Outputs, Errors,
    testing::Values(
        Row{17, kOut + "rate: 8M }]",
            "17:61: channel \"One\": `rate`: only `transparent` is supported in this version"},
        Row{17, kOut + "rate: { max: 8M } }]", "17:61: channel \"One\": `rate`: only `transparent`"},
        Row{17, kOut + "dscp: af44 }]", "17:61: channel \"One\": `dscp`: `af44` is no DSCP: af11..af43"},
        Row{17, kOut + "ttl: 0 }]", "17:60: channel \"One\": `ttl`: 0 is not a TTL (1..255)"},
        Row{17, kOut + "ttl: 256 }]", "17:60: channel \"One\": `ttl`: 256 is not a TTL (1..255)"},
        Row{17, kOut + "nulls: maybe }]",
            "17:62: channel \"One\": `nulls`: `maybe` is not allowed: keep, drop"},
        Row{17, kOut + "source_port: 0 }]",
            "17:68: channel \"One\": `source_port`: 0 is not a UDP port (1..65535)"},
        Row{17, kOut + "from: 10.1.0.10 }]",
            "17:61: channel \"One\": 10.1.0.10 is not an address of port \"east\" (its addresses: "
            "10.2.0.10)"},
        Row{17, "  outputs: [{ to: \"udp://239.2.1.2:5000\", port: east }]",
            "21:19: channel \"Two\": 239.2.1.2:5000 on port \"east\" is an output of channel \"One\" already "
            "(f.yaml:17:19)"},
        Row{17, "  outputs: [{ to: \"udp://239.1.1.2:5000\", port: west }]",
            "17:19: channel \"One\": 239.1.1.2:5000 on port \"west\" is what input \"b\" receives "
            "(f.yaml:8:3)"},
        Row{17, "  outputs: [{ to: \"udp://10.2.0.99:5000\", port: east }]",
            "17:19: channel \"One\": `to`: 10.2.0.99 is not a multicast group"},
        Row{17, "  outputs: [{ to: \"udp://224.0.0.99:5000\", port: east }]",
            "17:19: channel \"One\": 224.0.0.99 is in 224.0.0.x"},
        Row{17, "  outputs: [{ to: \"udp://239.2.1.1:5000\", port: eats }]",
            "17:49: channel \"One\": there is no port `eats`, did you mean `east`?"},
        Row{17, "  outputs: [{ to: \"udp://239.2.1.1:5000\" }]", "17:13: channel \"One\": `port` is missing"},
        Row{17, "  outputs: [{ port: east }]", "17:13: channel \"One\": `to` is missing"},
        Row{17, "  outputs: [{ to: \"udp://{plan.hd}\", port: east }]",
            "17:19: channel \"One\": `to`: there is no address plan `hd`: `address_plan` has none"},
        Row{17, "  outputs: [x]", "17:13: channel \"One\": `outputs`: each output is a map"}));

TEST(ErrorsTogether, TheSoundConfigurationIsSound) {
  const auto result = parse(sound_with(0, ""), "f.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  EXPECT_THAT(result->warnings, IsEmpty()) << all(result->warnings);
}

TEST(ErrorsTogether, AllComeInOrderOfLines) {
  const auto result =
      parse("channels:\n- name: A\n  number: x\n  inputs: [b]\nports:\n  p: { vlan: 0 }\nfoo: 1\n", "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(all(result.error().errors),
            "f.yaml:3:11: channel \"A\": `number`: `x` is not a whole number (101 or 0x65)\n"
            "f.yaml:4:12: channel \"A\": there is no input `b`: name it under `inputs`\n"
            "f.yaml:6:6: port \"p\": `device` is missing: a PCI address or a DPDK device string\n"
            "f.yaml:6:14: port \"p\": `vlan`: 0 is not a VLAN (1..4094)\n"
            "f.yaml:7:1: `foo` is not a key here; allowed: include, headend, ports, inputs, defaults, "
            "profiles, channels, variables, address_plan, lineup\n");
}

TEST(ErrorsTogether, AProfilesMistakeIsToldOnceForAllItsChannels) {
  const auto result = parse(sound_with(10, "  hd: { pids: { pmt: 9999 } }"), "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(all(result.error().errors),
            "f.yaml:10:22: profile \"hd\": `pids.pmt`: 9999 is not a PID (0..8191)\n");
}

TEST(ErrorsTogether, APortWithoutAddressCannotSend) {
  const auto result = parse(sound_with(5, "  east: { device: net_b }"), "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().errors.size(), 2U) << "one for each output";
  EXPECT_THAT(all(result.error().errors),
              HasSubstr("f.yaml:17:49: channel \"One\": port \"east\" has no address to send from"));
}

TEST(ErrorsTogether, EndlessErrorsAreCounted) {
  std::string text = "channels:\n";
  for (int i = 0; i < 3000; ++i) text += "- name: C" + std::to_string(i) + "\n  inputs: [x]\n";
  const auto result = parse(text, "f.yaml");
  ASSERT_FALSE(result);
  ASSERT_EQ(result.error().errors.size(), 1001U);
  EXPECT_THAT(result.error().errors.back().text, HasSubstr("and 2000 more errors"));
}

struct WarningRow {
  std::size_t line;
  std::string text;
  std::string said;
};
void PrintTo(const WarningRow& row, std::ostream* out) {
  *out << row.text;
}

class Warnings : public testing::TestWithParam<WarningRow> {};

TEST_P(Warnings, RunsAndSays) {
  const auto& [line, text, said] = GetParam();
  const auto result = parse(sound_with(line, text), "f.yaml");
  ASSERT_TRUE(result) << all(result.error().errors);
  ASSERT_EQ(result->warnings.size(), 1U) << all(result->warnings);
  EXPECT_THAT(all(result->warnings), HasSubstr("f.yaml:" + said));
}

INSTANTIATE_TEST_SUITE_P(
    All, Warnings,
    testing::Values(
        WarningRow{8, kSound[7] + "\n  c: { source: \"udp://239.1.1.3:5000\", port: west }",
                   "9:3: input \"c\": no channel uses it"},
        WarningRow{19, "  service_id: 2", "18:3: channel \"Two\": it has no `number`"},
        WarningRow{21, "  provider: x", "18:3: channel \"Two\": it has no `outputs`"},
        WarningRow{
            21, "  outputs: [{ to: \"udp://239.130.1.1:5000\", port: east }]",
            "21:19: 239.130.1.1 has the same MAC address as 239.2.1.1 (f.yaml:17:19) on port \"east\""},
        WarningRow{21, "  outputs: [{ to: \"udp://239.1.1.1:5000\", port: east }]",
                   "21:19: channel \"Two\": 239.1.1.1:5000 is what input \"a\" receives on port \"west\" "
                   "(f.yaml:7:3)"},
        WarningRow{2, "  network_id: 0x2001", "2:3: headend: `network_id` has no effect in this version"},
        WarningRow{4, kWest + "gateway: 10.1.0.1 }",
                   "4:49: port \"west\": `gateway` has no effect in this version"},
        WarningRow{
            4, kWest + "rate: 80M }",
            "4:55: port \"west\": inputs of up to 84.4 Mb/s on the wire do not fit its 80.0 Mb/s, if inputs "
            "without a `max_rate`"},
        WarningRow{16, "  inputs: [a, b]",
                   "16:15: channel \"One\": only the first input is used in this version"},
        WarningRow{7, kA + "enabled: false }", "16:12: channel \"One\": input \"a\" has `enabled: false`"},
        WarningRow{7, kA + "reorder: 20ms }", "7:61: input \"a\": `reorder`: without RTP"},
        WarningRow{15, "  number: 1\n  pids: { first: 0x200 }",
                   "16:18: channel \"One\": `pids.first` acts only with"},
        WarningRow{4, "  west: { device: net_a }", "4:3: port \"west\": without an `address` its joins"}));

}  // namespace
}  // namespace headwater::config
