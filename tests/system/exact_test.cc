// SPDX-License-Identifier: Apache-2.0
//
// From the encoders' wire to the boxes' wire: every packet of every stream at the box is the input's, over
// whole plays, and libdvbpsi, ffprobe and tshark read the same tables in what was recorded.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "psi/tables/streams.h"
#include "tests/support/captures.h"
#include "tests/support/readers.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using nlohmann::json;
using ::testing::ElementsAreArray;

// A stream as the two decoders of others name it.
struct Named {
  std::uint16_t input_pid = 0;
  std::uint8_t type = 0;
  const char* codec = "?";  // ffprobe's name; "?": it has none
};

struct Played {
  std::string channel, name, in, out;
  std::string file;
  std::vector<Named> streams;  // in the order of the PMT
};

class ExactTest : public HeadendLabTest {
 protected:
  static void make(std::vector<std::string> words) {
    words.insert(words.begin(), {HEADWATER_HWGEN, "make"});
    words.insert(words.end(), {"--size", "320x180", "--seconds", "3"});
    Process process(words);
    ASSERT_EQ(process.wait(), 0) << process.errors();
  }

  // More than a pass: the nulls and tables that the output lacks are in the file's size.
  static void record_pass(const Box& box, const Played& played) {
    const std::uint64_t pass = std::filesystem::file_size(played.file);
    ASSERT_TRUE(box.wait_recorded(pass + pass / 8)) << played.channel;
  }

  void expect_as_played(const Box& box, const Played& played) const {
    SCOPED_TRACE(played.channel);
    const std::map<std::uint16_t, std::uint16_t> pids = rig->pids_of(played.channel);
    const std::vector<ts::Packet> recorded = box.packets();
    expect_streams(recorded, packets_of(read_file(played.file)), pids, 1);

    const auto channel = rig->ask({"channel", "show", played.channel});
    ASSERT_TRUE(channel);
    expect_nothing_lost(played.channel);
    const auto number = [&](const char* field) { return (*channel)[field].get<std::uint16_t>(); };
    const std::uint16_t service = number("service_id");
    const std::uint16_t pmt_pid = number("pmt_pid");
    const std::uint16_t pcr_pid = number("pcr_pid");

    const TablesSeen tables = tables_of(recorded);
    ASSERT_EQ(tables.pats.size(), 1U);
    ASSERT_EQ(tables.pmts.size(), 1U);
    ASSERT_EQ(tables.sdts.size(), 1U);
    EXPECT_EQ(tables.pats[0].programs, (std::vector<psi::Pat::Program>{{service, Pid::from_wire(pmt_pid)}}));
    ASSERT_EQ(tables.sdts[0].services.size(), 1U);
    const auto said = psi::find_service_descriptor(tables.sdts[0].services[0].descriptors);
    ASSERT_TRUE(said);
    EXPECT_EQ(said->name, played.name);

    std::vector<std::string> by_ffprobe{
        fmt::format("program {} pmt {} pcr {} \"{}\"", service, pmt_pid, pcr_pid, played.name)};
    std::string types, elementary_pids;
    ASSERT_EQ(tables.pmts[0].streams.size(), played.streams.size());
    for (std::size_t index = 0; index < played.streams.size(); ++index) {
      const Named& stream = played.streams[index];
      ASSERT_TRUE(pids.contains(stream.input_pid)) << stream.input_pid;
      const std::uint16_t pid = pids.at(stream.input_pid);
      EXPECT_EQ(tables.pmts[0].streams[index].pid.value(), pid);
      EXPECT_EQ(tables.pmts[0].streams[index].type, stream.type);
      by_ffprobe.push_back(fmt::format("stream 0x{:x} {}", pid, stream.codec));
      types += fmt::format("{}0x{:02x}", index == 0 ? "" : ",", stream.type);
      elementary_pids += fmt::format("{}0x{:04x}", index == 0 ? "" : ",", pid);
    }
    std::ranges::sort(by_ffprobe);
    EXPECT_THAT(read_by_ffprobe(box.file()), ElementsAreArray(by_ffprobe));
    const std::vector<std::string> by_tshark{
        fmt::format("\t\t\t\t\t\t0x{:04x}\t{}", service, played.name),
        fmt::format("\t\t0x{:04x}\t0x{:04x}\t{}\t{}\t\t", service, pcr_pid, types, elementary_pids),
        fmt::format("0x{:04x}\t0x{:04x}\t\t\t\t\t\t", service, pmt_pid)};
    EXPECT_THAT(read_by_tshark(box.file()), ElementsAreArray(by_tshark));
  }

  // A box for each channel, over a whole play of each.
  void expect_exact(const std::vector<Played>& channels) {
    rig->start_daemon();
    std::vector<std::string> files_and_groups;
    for (const Played& played : channels) {
      files_and_groups.push_back(played.file);
      files_and_groups.push_back(played.in);
    }
    rig->play(files_and_groups);
    ASSERT_TRUE(rig->wait_on_air(channels.size())) << rig->log();
    std::vector<std::unique_ptr<Box>> boxes;
    for (const Played& played : channels) {
      boxes.push_back(std::make_unique<Box>(*lab, HEADWATER_SETTOP, fmt::format("box{}", boxes.size() + 1),
                                            played.out, rig->folder().at(played.channel + "-box.ts")));
    }
    for (std::size_t index = 0; index < channels.size(); ++index) record_pass(*boxes[index], channels[index]);
    for (const auto& box : boxes) expect_clean(box->stop());
    for (std::size_t index = 0; index < channels.size(); ++index)
      expect_as_played(*boxes[index], channels[index]);
    expect_balance(2 * channels.size() + 2);
  }
};

TEST_F(ExactTest, EncodedByRtpAndByUdp) {
  make_rig();
  const Played first{
      .channel = "first",
      .name = "First",
      .in = "rtp://239.1.1.1:5000",
      .out = "rtp://239.2.1.1:5000",
      .file = rig->folder().at("first.ts"),
      .streams = {
          {0x100, 0x1B, "h264"}, {0x101, 0x0F, "aac"}, {0x102, 0x03, "mp2"}, {0x103, 0x06, "dvb_teletext"}}};
  const Played second{.channel = "second",
                      .name = "Second",
                      .in = "udp://232.1.1.2:5000",
                      .out = "udp://239.2.1.2:5000",
                      .file = rig->folder().at("second.ts"),
                      .streams = {{0x100, 0x02, "mpeg2video"}, {0x101, 0x81, "ac3"}}};
  make({first.file, "--video-rate", "400k", "--audio", "aac:deu", "--audio", "mp2:eng", "--teletext", "deu",
        "--rate", "1500k"});
  make({second.file, "--video", "mpeg2", "--video-rate", "800k", "--audio", "ac3:fra"});
  expect_exact({first, second});
}

// The demo's third channel, and its radio: sound alone, with the PCRs on it and no rate of its own.
TEST_F(ExactTest, HevcWithAc3AndRadio) {
  make_rig();
  const Played film{.channel = "first",
                    .name = "First",
                    .in = "rtp://239.1.1.1:5000",
                    .out = "rtp://239.2.1.1:5000",
                    .file = rig->folder().at("three.ts"),
                    .streams = {{0x100, 0x24, "hevc"}, {0x101, 0x81, "ac3"}}};
  const Played radio{.channel = "second",
                     .name = "Second",
                     .in = "udp://232.1.1.2:5000",
                     .out = "udp://239.2.1.2:5000",
                     .file = rig->folder().at("radio.ts"),
                     .streams = {{0x100, 0x03, "mp2"}}};
  make({film.file, "--video", "hevc", "--video-rate", "1500k", "--audio", "ac3:eng", "--rate", "2500k",
        "--service-id", "3"});
  make({radio.file, "--video", "none", "--audio", "mp2:deu", "--service-id", "4"});
  expect_exact({film, radio});
}

TEST_F(ExactTest, CapturesByUdp) {
  std::vector<std::string> files;
  for (const char* name : {"mpeg2-mp2-5s.ts", "mpeg2-ait-dsmcc-5s.ts", "hevc-scte35.ts"}) {
    const auto found = capture(name);
    if (!found) GTEST_SKIP() << "the capture " << name << " is not here";
    files.push_back(*found);
  }
  make_rig(R"(inputs:
  film-in: { source: "udp://239.1.1.1:5000", port: west }
  news-in: { source: "udp://232.1.1.2:5000", port: west, from: 10.1.0.5 }
  sport-in: { source: "udp://239.1.1.3:5000", port: west }
channels:
  - { name: Film, number: 1, inputs: [film-in], pids: { mode: allocate },
      outputs: [{ to: "udp://239.2.1.1:5000", port: east }] }
  - { name: News, number: 2, inputs: [news-in], outputs: [{ to: "rtp://239.2.1.2:5000", port: east }] }
  - { name: Sport, number: 3, inputs: [sport-in], program: 3012,
      outputs: [{ to: "udp://239.2.1.3:5000", port: east }] }
)");
  expect_exact({{.channel = "film",
                 .name = "Film",
                 .in = "udp://239.1.1.1:5000",
                 .out = "udp://239.2.1.1:5000",
                 .file = files[0],
                 .streams = {{0x100, 0x02, "mpeg2video"}, {0x101, 0x03, "mp2"}}},
                {.channel = "news",
                 .name = "News",
                 .in = "udp://232.1.1.2:5000",
                 .out = "rtp://239.2.1.2:5000",
                 .file = files[1],
                 .streams = {{0x1F5, 0x02, "mpeg2video"},
                             {0x1F6, 0x03, "mp2"},
                             {0x1F9, 0x06, "dvb_subtitle"},
                             {0x1C21, 0x0B},
                             {0x1C33, 0x0B},
                             {0x1BBF, 0x05},
                             {0x1BC1, 0x05}}},
                {.channel = "sport",
                 .name = "Sport",
                 .in = "udp://239.1.1.3:5000",
                 .out = "udp://239.2.1.3:5000",
                 .file = files[2],
                 .streams = {{121, 0x24, "hevc"}, {122, 0x0F, "aac"}, {129, 0x86, "scte_35"}}}});
}

}  // namespace
}  // namespace headwater::test
