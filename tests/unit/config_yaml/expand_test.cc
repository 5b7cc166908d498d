// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/expand.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "config/model/compare.h"
#include "config/yaml/yaml.h"
#include "tests/support/source_tree.h"
#include "tests/unit/config_yaml/problems.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;
using testing::Not;

void expect_to_load_to_the_same(const Configuration& configuration) {
  for (const Defaults defaults : {Defaults::kSaid, Defaults::kLeftOut}) {
    const std::string text = expanded(configuration, defaults);
    const auto again = parse(text, "expanded.yaml");
    ASSERT_TRUE(again) << all(again.error().errors) << text;
    EXPECT_TRUE(
        changes(difference(configuration, again->configuration), configuration, again->configuration).none())
        << text;
  }
}

const std::string kEveryKey = R"(
headend: { name: "os\"lo", network_id: 2, original_network_id: 3, workers: [3], poll: busy, memory: 4G,
           huge_pages: false, state_directory: /tmp/state, api_socket: /tmp/api.sock }
ports:
  west: { device: 0000:3b:00.0, address: [10.1.0.10/24, 10.1.0.11/32], gateway: 10.1.0.1, vlan: 300, rate: 10G,
          mac: "02:00:00:00:00:01" }
inputs:
  net: { source: "rtp://232.1.1.1:5004", from: 10.9.0.1, port: west, jitter: 50ms, reorder: 30ms, max_rate: 9.5M }
  uni: { source: "udp://10.1.0.11:6000", port: west, enabled: false }
  clip: { source: "file:/srv/b.ts", rate: 2.5M }
profiles: { hd: { delay: 300ms } }
channels:
- id: das-erste
  name: "Das Erste: $${HD}"
  number: 1
  provider: ARD
  profile: hd
  inputs: [net, clip]
  program: 11100
  service_id: 0x65
  service_type: 0x19
  transport_stream_id: 7
  scrambled: pass
  streams: { keep: [video, audio], languages: [DEU, eng], only: [0x101, 258], drop: [0x103] }
  pids: { mode: allocate, first: 0x200, pmt: 0x20, video: 0x100, map: { 0x101: 0x111, 258: 0x112 } }
  outputs:
  - { to: "rtp://239.20.0.1:5000", from: 10.1.0.11, source_port: 4000, dscp: cs5, ttl: 3, nulls: keep }
  - { to: "udp://239.20.1.1:5001" }
- { name: Zwei, number: 2, inputs: [clip], enabled: false }
)";

TEST(Expanded, LoadsToTheSame) {
  const auto every = parse(kEveryKey, "f.yaml");
  ASSERT_TRUE(every) << all(every.error().errors);
  expect_to_load_to_the_same(every->configuration);
  expect_to_load_to_the_same({});
}

TEST(Expanded, SoDoTheExamples) {
  for (const auto& entry : std::filesystem::directory_iterator(test::source_tree() / "config/examples")) {
    if (entry.path().extension() != ".yaml") continue;
    SCOPED_TRACE(entry.path());
    const auto loaded = load(entry.path());
    ASSERT_TRUE(loaded);
    expect_to_load_to_the_same(loaded->configuration);
  }
}

TEST(Expanded, SaysWhereEachValueComesFrom) {
  const auto every = parse(kEveryKey, "f.yaml");
  ASSERT_TRUE(every);
  const std::string text = expanded(every->configuration);
  EXPECT_THAT(text, HasSubstr("  poll: busy                                                  # f.yaml:2:"));
  EXPECT_THAT(text,
              HasSubstr("  delay: 300ms                                                # f.yaml:11:26\n"))
      << "the profile's";
  EXPECT_THAT(expanded(every->configuration, Defaults::kLeftOut), Not(HasSubstr("default")));
  EXPECT_THAT(text, HasSubstr("      ttl: 16                                                 # default\n"));
  EXPECT_THAT(text,
              HasSubstr("    pmt: 0x0020                                               # f.yaml:25:46\n"));
}

}  // namespace
}  // namespace headwater::config
