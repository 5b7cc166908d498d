// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/hwgen/make_options.h"
#include "tools/hwgen/play_options.h"

namespace headwater::hwgen {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;

TEST(MakeOptions, ATelevisionServiceBecomesFfmpegsArguments) {
  const auto options = parse_make_options({"out.ts", "--video", "mpeg2", "--audio", "mp2:deu", "--audio",
                                           "ac3", "--name", "Zwei", "--rate", "3M", "--service-id", "7"});
  ASSERT_TRUE(options.has_value()) << options.error();
  const auto arguments = ffmpeg_arguments(**options, "");
  EXPECT_EQ(arguments.front(), "ffmpeg");
  EXPECT_EQ(arguments.back(), "out.ts");
  EXPECT_THAT(arguments,
              IsSupersetOf({"mpeg2video", "mp2", "ac3", "language=deu", "service_name=Zwei", "3M", "7"}));
}

TEST(MakeOptions, RadioHasNoVideo) {
  const auto options = parse_make_options({"out.ts", "--video", "none", "--audio", "mp2"});
  ASSERT_TRUE(options.has_value());
  EXPECT_THAT(ffmpeg_arguments(**options, ""), testing::Not(Contains("-c:v")));
}

TEST(MakeOptions, WrongWordsAreNamed) {
  EXPECT_THAT(parse_make_options({"out.ts", "--video", "vp9"}).error(),
              HasSubstr("--video vp9: one of h264"));
  EXPECT_THAT(parse_make_options({"out.ts", "--audio", "mp3"}).error(),
              HasSubstr("--audio mp3: the codec is one of"));
  EXPECT_THAT(parse_make_options({"out.ts", "--audio", "aac:german"}).error(), HasSubstr("three letters"));
  EXPECT_THAT(parse_make_options({}).error(), HasSubstr("FILE"));
  EXPECT_THAT(parse_make_options({"out.ts", "--colour"}).error(), HasSubstr("--colour"));
}

// Negative ones would be taken for enormous ones.
TEST(Options, NumbersAreWithinTheirBounds) {
  for (const char* seconds : {"-5", "0", "86401", "5x"}) {
    EXPECT_FALSE(parse_make_options({"out.ts", "--seconds", seconds}).has_value()) << seconds;
  }
  const auto play = [](const char* option, const char* value) {
    return parse_play_options({"a.ts", "udp://239.1.1.1:5000", option, value});
  };
  EXPECT_EQ(play("--rate", "-5").error(), "--rate -5: 1 to 100000000000");
  EXPECT_EQ(play("--seconds", "-1").error(), "--seconds -1: 1 to 31622400");
  EXPECT_FALSE(play("--seconds", "99999999999999").has_value());
  EXPECT_EQ((*play("--seconds", "7"))->seconds, 7);
}

TEST(PlayOptions, PairsOfFileAndTarget) {
  const auto options = parse_play_options(
      {"a.ts", "udp://239.1.1.1:5000", "b.ts", "rtp://239.1.1.2:5002", "--from", "10.0.0.1"});
  ASSERT_TRUE(options.has_value()) << options.error();
  ASSERT_EQ((*options)->items.size(), 2U);
  EXPECT_FALSE((*options)->items[0].target.rtp);
  EXPECT_TRUE((*options)->items[1].target.rtp);
  EXPECT_EQ((*options)->items[1].target.address.to_string(), "239.1.1.2");
  EXPECT_EQ((*options)->items[1].target.port, 5002);
  EXPECT_EQ((*options)->from->to_string(), "10.0.0.1");
}

TEST(PlayOptions, WrongTargetsAreNamed) {
  EXPECT_THAT(parse_target("http://1.2.3.4:80").error(), HasSubstr("neither udp:// nor rtp://"));
  EXPECT_THAT(parse_target("udp://239.1.1.1").error(), HasSubstr("no port"));
  EXPECT_THAT(parse_target("udp://239.1.1:5000").error(), HasSubstr("not an IPv4 address"));
  EXPECT_THAT(parse_target("udp://239.1.1.1:70000").error(), HasSubstr("not a port"));
  EXPECT_THAT(parse_play_options({"a.ts"}).error(), HasSubstr("pairs"));
}

}  // namespace
}  // namespace headwater::hwgen
