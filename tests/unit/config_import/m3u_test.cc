// SPDX-License-Identifier: Apache-2.0
//
// Playlists as middleware, VLC, Kodi and ffmpeg write them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config_import/imported.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string m3u(std::string_view text) {
  return imported(ListFormat::kM3u, text);
}
// What is wrong with one channel of these lines.
std::string refused(std::string_view lines) {
  return m3u("#EXTM3U\n" + std::string(lines));
}

TEST(M3u, AChannelIsItsNameNumberAndAddress) {
  EXPECT_EQ(m3u("#EXTM3U\n"
                "#EXTINF:-1 tvg-chno=\"1\",Das Erste HD\n"
                "udp://@239.1.1.1:5000\n"
                "#EXTINF:-1 tvg-chno=2,News, Sport & mehr\n"
                "rtp://10.0.0.5@232.1.1.2:5004\n"
                "#EXTINF:0,Plain\n"
                "\n"
                "rtp://239.1.1.3:5000/\n"),
            "id,name,number,inputs.source,inputs.from\n"
            "das-erste-hd,Das Erste HD,1,udp://239.1.1.1:5000,\n"
            "news-sport-mehr,\"News, Sport & mehr\",2,rtp://232.1.1.2:5004,10.0.0.5\n"
            "plain,Plain,,rtp://239.1.1.3:5000,\n");
}

TEST(M3u, WindowsWritesItWithItsOwnLineEndsAndAByteOrderMark) {
  EXPECT_EQ(m3u("\xEF\xBB\xBF#EXTM3U\r\n#EXTINF:-1,Ä\r\nUDP://@239.1.1.1:5000\r\n"),
            "id,name,inputs.source\nae,Ä,udp://239.1.1.1:5000\n");
}

TEST(M3u, ANameBehindTheCommaCountsBeforeThatOfTheGuide) {
  EXPECT_THAT(
      m3u("#EXTINF:-1 tvg-name=\"Guide, name\",Title\nudp://@239.1.1.1:5000\n"
          "#EXTINF:-1 tvg-name=\"Guide, name\",\nudp://@239.1.1.2:5000\n"),
      HasSubstr("title,Title,udp://239.1.1.1:5000\nguide-name,\"Guide, name\",udp://239.1.1.2:5000\n"));
}

TEST(M3u, ADollarSignIsNoVariable) {
  EXPECT_THAT(m3u("#EXTINF:-1,Show ${me}\nudp://@239.1.1.1:5000\n"), HasSubstr("show-me,Show $${me},"));
}

TEST(M3u, ChannelsOfOneNameAreTold) {
  EXPECT_EQ(m3u("#EXTINF:-1,Sport\nudp://@239.1.1.1:5000\n"
                "#EXTINF:-1,SPORT\nudp://@239.1.1.2:5000\n"
                "#EXTINF:-1,Россия\nudp://@239.1.1.3:5000\n"),
            "id,name,inputs.source\n"
            "sport,Sport,udp://239.1.1.1:5000\n"
            "sport-2,SPORT,udp://239.1.1.2:5000\n"
            "channel-5,Россия,udp://239.1.1.3:5000\n");
}

TEST(M3u, ProgramsOfOneAddressShareItsInput) {
  EXPECT_EQ(m3u("#EXTINF:-1,A\n#EXTVLCOPT:program=101\nudp://@239.1.1.1:5000\n"
                "#EXTVLCOPT:program=102\n#EXTINF:-1,B\nudp://@239.1.1.1:5000\n"
                "#EXTINF:-1,C\n#EXTVLCOPT:program=102\nudp://@239.1.1.1:5000\n"),
            "id,name,inputs,inputs.source,program\n"
            "a,A,,udp://239.1.1.1:5000,101\n"
            "b,B,a,,102\n"
            "errors\n"
            "list:9:1: `C` is not taken: its address is line 6's already\n");
}

TEST(M3u, WhatMeansNothingHereIsToldOnce) {
  EXPECT_THAT(m3u("#EXTM3U url-tvg=\"http://guide\"\n#PLAYLIST:home\n# a comment\n"
                  "#EXTINF:-1 tvg-logo=\"a.png\" group-title=\"News\",A\n#EXTVLCOPT:http-user-agent=x\n"
                  "udp://@239.1.1.1:5000?fifo_size=1000&sources=10.0.0.1\n"
                  "#EXTINF:-1 tvg-logo=\"b.png\" tvg-id=\"\",B\n#EXTGRP:News\nudp://@239.1.1.2:5000\n"),
              testing::EndsWith("a,A,udp://239.1.1.1:5000,10.0.0.1\n"
                                "b,B,udp://239.1.1.2:5000,\n"
                                "warnings\n"
                                "list:4:12: `tvg-logo` (and in one more line): a lineup has no place for it\n"
                                "list:4:29: `group-title`: a lineup has no place for it\n"
                                "list:5:1: `#EXTVLCOPT:http-user-agent`: a lineup has no place for it\n"
                                "list:6:23: `fifo_size` of an address: a lineup has no place for it\n"
                                "list:8:1: `#EXTGRP`: a lineup has no place for it\n"));
}

TEST(M3u, WhatCannotBeReceivedIsRefusedAndTheRestComesOut) {
  EXPECT_EQ(
      m3u("#EXTINF:-1,A\nhttp://10.0.0.1:4022/udp/239.1.1.1:5000\n"
          "#EXTINF:-1,B\nudp://@239.1.1.2:5000\n"
          "#EXTINF:-1,C\nudp://@encoder.example:5000\n"),
      "id,name,inputs.source\n"
      "b,B,udp://239.1.1.2:5000\n"
      "errors\n"
      "list:2:1: `http://10.0.0.1:4022/udp/239.1.1.1:5000`: a proxy gives this out; the group behind it is "
      "received as udp://@239.1.1.1:5000\n"
      "list:6:1: `encoder.example` is not an IPv4 address (four numbers 0..255, no names)\n");
}

TEST(M3u, EachMistakeHasItsPlaceAndItsReason) {
  struct Case {
    const char* lines;
    const char* told;
  };
  const Case cases[] = {
      {"#EXTINF:-1,A\nhttps://cdn/a.m3u8\n",
       "list:3:1: `https://cdn/a.m3u8`: only udp:// and rtp:// are received"},
      {"#EXTINF:-1,A\nclip.ts\n", "list:3:1: `clip.ts`: only udp:// and rtp:// are received"},
      {"#EXTINF:-1,A\nudp://@239.1.1.1\n",
       "list:3:1: `udp://239.1.1.1` says no UDP port; with one it is udp://239.1.1.1:5000"},
      {"#EXTINF:-1,A\nudp://@:1234\n", "list:3:1: `` is not an IPv4 address"},
      {"#EXTINF:-1,A\nudp://@[ff15::1]:5000\n", "IPv6 is not supported in this version"},
      {"#EXTINF:-1,A\nudp://10.0.0.1:5000\n", "list:3:1: 10.0.0.1 is not a multicast group"},
      {"#EXTINF:-1,A\nudp://me@239.1.1.1:5000\n", "list:3:1: `me` is not the IPv4 address of a sender"},
      {"#EXTINF:-1,A\nudp://10.0.0.1@239.1.1.1:5000?sources=10.0.0.2\n",
       "two senders, 10.0.0.1 and 10.0.0.2"},
      {"udp://@239.1.1.1:5000\n", "list:2:1: no line `#EXTINF:-1,NAME` before this one"},
      {"#EXTINF:-1,\nudp://@239.1.1.1:5000\n",
       "list:2:1: the channel has no name: write it behind the comma"},
      {"#EXTINF:-1,A\n", "list:2:1: no address of a stream follows this line"},
      {"#EXTINF:-1,A\n#EXTINF:-1,B\nudp://@239.1.1.1:5000\n",
       "list:2:1: no address of a stream follows this line"},
      {"#EXTINF:-1 tvg-name=\"ARD,A\nudp://@239.1.1.1:5000\n",
       "list:2:21: the value in quotes that begins here"},
      {"#EXTINF:-1,A\n#EXTVLCOPT:program=0\nudp://@239.1.1.1:5000\n", "list:3:12: `0` is not a program"},
      {"#EXTINF:-1,A\n#EXTVLCOPT:program=1\n#EXTVLCOPT:program=2\nudp://@239.1.1.1:5000\n",
       "list:4:12: a second program of the same channel"},
      {"#EXTINF:-1,A\x1b[2J\nudp://@239.1.1.1:5000\n",
       "list:2:12: `A?[2J`: a name has no control characters"},
  };
  for (const Case& each : cases) EXPECT_THAT(refused(each.lines), HasSubstr(each.told)) << each.lines;
}

TEST(M3u, AChannelWithoutAUsableNumberIsTakenWithoutOne) {
  EXPECT_EQ(
      m3u("#EXTINF:-1 tvg-chno=\"5.1\",A\nudp://@239.1.1.1:5000\n"),
      "id,name,inputs.source\na,A,udp://239.1.1.1:5000\n"
      "errors\nlist:1:12: `5.1` is not a channel's number (1..16383): the channel is taken without one\n");
}

TEST(M3u, Latin1IsNotGuessed) {
  const std::string told = m3u("#EXTM3U\n#EXTINF:-1,M\xFCnchen\nudp://@239.1.1.1:5000\n");
  EXPECT_THAT(told, StartsWith("errors\nlist:2:13: this is not UTF-8"));
  EXPECT_THAT(told, HasSubstr("iconv -f ISO-8859-1 -t UTF-8"));
}

TEST(M3u, AnEmptyListIsAMistake) {
  EXPECT_THAT(m3u("#EXTM3U\n"), StartsWith("errors\nlist:1:1: no channels"));
}

}  // namespace
}  // namespace headwater::config
