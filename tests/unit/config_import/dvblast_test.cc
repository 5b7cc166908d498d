// SPDX-License-Identifier: Apache-2.0
//
// DVBlast's configuration, as its README ("Configuring outputs") and its config_ReadFile() have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config_import/imported.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;

std::string dvblast(std::string_view text) {
  return imported(ListFormat::kDvblast, text, {.columns = {}, .fill = {{"inputs", "mux"}}});
}

TEST(Dvblast, ALineIsAnOutputOfAProgram) {
  EXPECT_EQ(
      dvblast("# the first multiplex\n"
              "239.255.0.1:1234/srvname=Das_Erste/srvprovider=ARD\t1\t10750\n"
              "\n"
              ";239.255.0.9:1234 1 1\n"
              "239.255.0.2/UDP/ttl=0x8/tos=136/srvname=News/newsid=5/tsid=7  0  0x2a00 1234,1235  # radio\n"),
      "id,name,provider,inputs,program,service_id,transport_stream_id,streams.only,outputs.to,outputs.ttl,"
      "outputs.dscp\n"
      "das-erste,Das Erste,ARD,mux,10750,,,,rtp://239.255.0.1:1234,,\n"
      "news,News,,mux,10752,5,7,1234 1235,udp://239.255.0.2:3001,8,34\n");
}

TEST(Dvblast, TheSameProgramTwiceIsOneChannelWithTwoOutputs) {
  EXPECT_EQ(
      dvblast("239.255.0.1:1234/srvname=A 1 10750\n"
              "239.255.0.2:1234/udp/srvname=A/srcaddr=10.0.0.9/srcport=4000 1 10750\n"
              "239.255.0.3:1234/srvname=A 1 10750 32\n"),
      "id,name,inputs,program,streams.only,outputs.to,outputs.2.to,outputs.2.from,outputs.2.source_port\n"
      "a,A,mux,10750,,rtp://239.255.0.1:1234,udp://239.255.0.2:1234,10.0.0.9,4000\n"
      "a-2,A,mux,10750,32,rtp://239.255.0.3:1234,,,\n")
      << "other PIDs are another channel";
}

TEST(Dvblast, WhatMeansNothingHereIsToldOnce) {
  EXPECT_EQ(
      dvblast("239.255.0.1:1234@192.168.42.1/dvb/pidmap=32,34,33,35 1 10750 16,17,1234\n"
              "239.255.0.2:1234/dvb/ssrc=10.0.0.1/latency=200 1 10751\n"),
      "id,name,inputs,program,streams.only,pids.pmt,pids.video,outputs.to\n"
      "service-10750,Service 10750,mux,10750,1234,32,33,rtp://239.255.0.1:1234\n"
      "service-10751,Service 10751,mux,10751,,,,rtp://239.255.0.2:1234\n"
      "warnings\n"
      "list:1:1: no `srvname` (and in one more line): the channel is named by its program: give it its own "
      "name\n"
      "list:1:17: `@192.168.42.1`: outputs leave by their `port`\n"
      "list:1:31: `dvb` (and in one more line): it has no meaning here\n"
      "list:1:35: `pidmap`: of its PIDs those of PMT and video are taken: put the "
      "others into `pids.map`\n"
      "list:1:62: PIDs below 32: the headend makes the tables\n"
      "list:2:22: `ssrc`: it has no meaning here\n"
      "list:2:36: `latency`: it has no meaning here\n");
}

TEST(Dvblast, EachMistakeHasItsPlaceAndItsReason) {
  struct Case {
    const char* line;
    const char* told;
  };
  const Case cases[] = {
      {"239.255.0.1:1234 1 *",
       "list:1:20: a whole transport stream is no channel: name its programs, a line each"},
      {"239.255.0.1:1234 1 0 0,128", "list:1:20: PIDs without a program are no channel: name the program"},
      {"239.255.0.1:1234 1", "list:1:1: GROUP:PORT/OPTIONS ALWAYS_ON PROGRAM is needed"},
      {"239.255.0.1:1234 10750 1", "list:1:18: `10750` is neither 0 nor 1"},
      {"239.255.0.1:1234 1 70000", "list:1:20: 70000 is not in 0..65535"},
      {"239.255.0.1:1234 1 010", "list:1:20: `010`"},
      {"239.255.0.1:1234 1 1 9000", "list:1:22: 9000 is not in 0..8191"},
      {"239.255.0.1:1234 1 1 32, 33", "list:1:26: text behind the PIDs"},
      {"[ff12::1%eth0]:1234 1 1",
       "list:1:1: `rtp://[ff12::1%eth0]:1234`: IPv6 is not supported in this version"},
      {"172.16.42.42:1235 1 1", "list:1:1: 172.16.42.42 is not a multicast group"},
      {"239.255.0.1:99999 1 1", "list:1:1: `99999` is not a UDP port"},
      {"239.255.0.1:1234/ttl=300 1 1", "list:1:22: 300 is not in 1..255"},
      {"239.255.0.1:1234/ttl=1/ttl=2 1 1", "list:1:24: this option stands here twice"},
      {"239.255.0.1:1234/srvname= 1 1", "list:1:18: this option has no value"},
      {"239.255.0.1:1234/pidmap=32,33 1 1", "list:1:18: `pidmap` has four PIDs"},
  };
  for (const Case& each : cases) EXPECT_THAT(dvblast(each.line), HasSubstr(each.told)) << each.line;
}

TEST(Dvblast, AChannelHasAsManyOutputsAsATableHasColumnsFor) {
  std::string lines;
  for (int k = 1; k <= 17; ++k) lines += "239.255.0." + std::to_string(k) + "/srvname=A 1 1\n";
  const std::string told = dvblast(lines);
  EXPECT_THAT(told, HasSubstr("outputs.16.to"));
  EXPECT_THAT(told, HasSubstr("list:17:1: a channel of a table has at most 16 outputs"));
}

}  // namespace
}  // namespace headwater::config
