// SPDX-License-Identifier: Apache-2.0
//
// Every real capture through the whole headend as a looped file: what left equals what entered, packet by
// packet, over whole passes of the file, and other people's decoders read the tables. The verdict of each
// capture stands in the table; where the captures are not there, all of it skips.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "tests/support/captures.h"
#include "tests/support/elementary.h"
#include "tests/support/headend/headend.h"

namespace headwater::test {
namespace {

using testing::HasSubstr;

// One with media: every program on air, every packet equal.
struct Capture {
  const char* name;
  std::uint64_t rate = 0;  // bit/s, for files without PCRs
  unsigned programs = 1;   // that have media
  std::uint64_t torn_bytes = 0;
  // tshark opens no file whose PCRs go only backwards, as the few of these do from loop to loop.
  bool tshark = true;
};

// One without: refused with a message that names the table that is missing.
struct RefusedCapture {
  const char* name;
  std::uint64_t rate = 0;
  std::uint16_t program = 1;  // that is asked of it
  std::vector<std::string> words;
};

std::ostream& operator<<(std::ostream& out, const Capture& capture) {
  return out << capture.name;
}
std::ostream& operator<<(std::ostream& out, const RefusedCapture& capture) {
  return out << capture.name;
}

template <typename Row>
class OfCaptures : public testing::TestWithParam<Row> {
 protected:
  using testing::TestWithParam<Row>::GetParam;

  void SetUp() override {
    const auto found = capture(GetParam().name);
    if (!found) GTEST_SKIP() << "the capture " << GetParam().name << " is not here";
    path_ = *found;
  }

  [[nodiscard]] std::string base() const {
    std::string yaml = "ports: { p: { device: net_null0, address: 10.0.0.1/24 } }\n";
    yaml += fmt::format("inputs: {{ in: {{ source: \"file:{}\", max_rate: 100M", path_.string());
    if (GetParam().rate != 0) yaml += fmt::format(", rate: {}", GetParam().rate);
    return yaml + " } }\n";
  }

  // A channel for each program, to 239.1.1.1 and up.
  [[nodiscard]] std::string lineup(const std::vector<std::uint16_t>& programs) const {
    std::string yaml = base() + "channels:\n";
    for (std::size_t index = 0; index < programs.size(); ++index) {
      yaml += fmt::format(
          "  - {{ id: c{0}, name: Channel {0}, number: {0}, inputs: [in], program: {1}, scrambled: pass,\n"
          "      outputs: [ {{ to: \"udp://239.1.1.{0}:5000\", port: p }} ] }}\n",
          index + 1, programs[index]);
    }
    return yaml;
  }

  std::filesystem::path path_;
};

class Captures : public OfCaptures<Capture> {
 protected:
  // The programs of the file whose PMT lists a stream that has packets.
  [[nodiscard]] std::vector<std::uint16_t> programs_with_media(const Elementary& file,
                                                               Ticks27 duration) const {
    Headend headend(base());
    // A file whose only PMT stands before control has read its PAT gives it in the second loop.
    headend.run_until(headend.now() + duration * 2 + Ticks27::seconds(1));
    std::vector<std::uint16_t> programs;
    for (const auto& [number, program] : headend.conductor().inputs().front().tables->programs()) {
      const auto has_packets = [&](const psi::Pmt::Stream& stream) {
        return file.packets.contains(stream.pid.value());
      };
      if (program.pmt && std::ranges::any_of(program.pmt->streams, has_packets)) programs.push_back(number);
    }
    return programs;
  }
};

class RefusedCaptures : public OfCaptures<RefusedCapture> {};

// What libdvbpsi makes of an output's tables.
struct Tables {
  std::optional<psi::Pat> pat;
  std::optional<psi::Pmt> pmt;
  std::optional<psi::Sdt> sdt;
};

Tables decode(const std::vector<ts::Packet>& packets, std::uint16_t program, Pid pmt_pid) {
  Tables tables;
  psi::PatDecoder pat;
  psi::PmtDecoder pmt(program);
  psi::SdtDecoder sdt;
  psi::SectionAssembler on_pat, on_pmt, on_sdt;
  for (const ts::Packet& bytes : packets) {
    const auto packet = ts::PacketView::parse(bytes);
    if (!packet) continue;
    if (packet->pid() == kPatPid) {
      on_pat.push(*packet, [&](const psi::SectionView& section) {
        if (auto table = pat.push(section.bytes())) tables.pat = table;
      });
    } else if (packet->pid() == pmt_pid) {
      on_pmt.push(*packet, [&](const psi::SectionView& section) {
        if (auto table = pmt.push(section.bytes())) tables.pmt = table;
      });
    } else if (packet->pid() == kSdtPid) {
      on_sdt.push(*packet, [&](const psi::SectionView& section) {
        if (auto table = sdt.push(section.bytes())) tables.sdt = table;
      });
    }
  }
  return tables;
}

// All that a PMT says of its streams but for their PIDs.
std::vector<std::pair<unsigned, std::vector<psi::Descriptor>>> types_and_descriptors(const psi::Pmt& pmt) {
  std::vector<std::pair<unsigned, std::vector<psi::Descriptor>>> streams;
  for (const psi::Pmt::Stream& stream : pmt.streams) streams.emplace_back(stream.type, stream.descriptors);
  return streams;
}

std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 4096> buffer{};
  while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) text += buffer.data();
  pclose(pipe);
  return text;
}

// A whole line, but for the commas that ffprobe writes after the last of its fields.
bool has_line(const std::string& text, const std::string& wanted) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(',') + 1);
    if (line == wanted) return true;
  }
  return false;
}

// ffprobe and tshark read the same tables. Empty: they do.
std::string judged_by_others(const std::vector<ts::Packet>& packets, std::uint16_t service_id, Pid pmt_pid,
                             bool with_tshark) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("headwater_{}.ts", getpid());
  std::ofstream out(file, std::ios::binary);
  for (const ts::Packet& packet : packets) {
    for (const std::uint8_t byte : packet) out.put(static_cast<char>(byte));
  }
  out.close();
  std::string trouble;
  const std::string ffprobe =
      output_of("ffprobe -v error -show_entries program=program_id,pmt_pid -of csv=p=0 " + file.string());
  const std::string expected = fmt::format("{},{}", service_id, pmt_pid.value());
  if (!has_line(ffprobe, expected))
    trouble += fmt::format("ffprobe: {} wanted, {} read\n", expected, ffprobe);
  const std::string tshark =
      !with_tshark
          ? fmt::format("0x{:04x}", service_id)
          : output_of("tshark -r " + file.string() + " -Y mpeg_pat -T fields -e mpeg_pat.prog_num -c 2000");
  if (tshark.find(fmt::format("0x{:04x}", service_id)) == std::string::npos) {
    trouble += fmt::format("tshark: PAT without program {}: {}\n", service_id, tshark.substr(0, 200));
  }
  std::filesystem::remove(file);
  return trouble;
}

TEST_P(Captures, LeaveAsTheyEntered) {
  const std::vector<ts::Packet> entered = packets_of(read_file(path_));
  const Elementary file = elementary_of(entered);
  const auto bytes = read_file(path_);
  const auto schedule = dataplane::FileSchedule::make(
      bytes, GetParam().rate == 0 ? std::nullopt : std::optional<std::uint64_t>(GetParam().rate));
  ASSERT_TRUE(schedule.has_value()) << schedule.error();
  const std::vector<std::uint16_t> programs = programs_with_media(file, schedule->duration());
  ASSERT_EQ(programs.size(), GetParam().programs);
  const auto loops = static_cast<std::uint64_t>(
      std::max<std::int64_t>(4, Ticks27::seconds(8).value / schedule->duration().value + 2));

  HeadendOptions options;
  options.file_loops = loops;
  Headend headend(lineup(programs), options);
  // Long enough for the last packet to leave, too short for the input to count as lost.
  headend.run_until(headend.now() + schedule->duration() * static_cast<std::int64_t>(loops) +
                    Ticks27::milliseconds(500));

  EXPECT_EQ(headend.ledger(), "");
  EXPECT_EQ(headend.input("in").torn_bytes.get(), GetParam().torn_bytes * (loops - 1));
  for (std::size_t index = 0; index < programs.size(); ++index) {
    SCOPED_TRACE(fmt::format("program {}", programs[index]));
    const control::ChannelStatus channel = headend.channel(fmt::format("c{}", index + 1));
    ASSERT_EQ(channel.state, control::ChannelState::kOnAir) << channel.reason;
    const std::vector<ts::Packet> packets = headend.packets_to(fmt::format("239.1.1.{}", index + 1));
    const Elementary out = elementary_of(packets);
    EXPECT_EQ(out.errors, 0U) << "continuity";
    std::size_t compared = 0;
    for (const control::RoutedPid& pid : channel.on_air->pids) {
      const auto in = file.whole.find(pid.in.value());
      if (in == file.whole.end()) continue;
      const auto left = out.whole.find(pid.out.value());
      ASSERT_NE(left, out.whole.end()) << "PID " << pid.in.value();
      EXPECT_EQ(compare_passes(left->second, in->second, 2), "") << "PID " << pid.in.value();
      ++compared;
    }
    EXPECT_GT(compared, 0U);

    const Tables tables = decode(packets, *channel.numbers->service_id, channel.on_air->pmt_pid);
    ASSERT_TRUE(tables.pat && tables.pmt && tables.sdt);
    EXPECT_EQ(tables.pat->programs.size(), 1U);
    EXPECT_EQ(tables.pmt->streams, channel.on_air->pmt.streams);
    // The input's own as the file has it at its end, whatever control made of it.
    const auto& programs_carried = headend.conductor().inputs().front().tables->programs();
    const Tables theirs = decode(entered, programs[index], programs_carried.at(programs[index]).pmt_pid);
    ASSERT_TRUE(theirs.pmt);
    EXPECT_EQ(tables.pmt->descriptors, theirs.pmt->descriptors);
    EXPECT_EQ(types_and_descriptors(*tables.pmt), types_and_descriptors(*theirs.pmt));
    EXPECT_EQ(tables.sdt->services.size(), 1U);
    EXPECT_EQ(
        judged_by_others(packets, *channel.numbers->service_id, channel.on_air->pmt_pid, GetParam().tshark),
        "");
  }
}

TEST_P(RefusedCaptures, RefusedWithAMessage) {
  Headend headend(lineup({GetParam().program}));
  headend.run_until(headend.now() + Ticks27::seconds(4));
  EXPECT_EQ(headend.ledger(), "");
  const control::ChannelStatus channel = headend.channel("c1");
  EXPECT_EQ(channel.state, control::ChannelState::kRefused);
  for (const std::string& words : GetParam().words) EXPECT_THAT(channel.reason, HasSubstr(words));
  EXPECT_TRUE(headend.packets_to("239.1.1.1").empty());
}

constexpr Capture kTable[] = {
    {.name = "mpts-fr-5-services.ts", .rate = 20'000'000, .programs = 5},
    {.name = "hevc-scte35.ts"},
    {.name = "avc-teletext-dvbsub.ts", .rate = 5'000'000},
    {.name = "mpeg2-mp2-cbr.ts"},
    {.name = "avc-mp2-9s.ts"},
    {.name = "avc-mp2-12s.ts"},
    {.name = "avc-aac-ac3-eac3.ts", .rate = 5'000'000},
    {.name = "scrambled-ac3-ecm.ts"},
    {.name = "two-services-scrambled-eitpf.ts", .programs = 2},
    {.name = "mpeg2-ait-dsmcc-5s.ts"},
    {.name = "avc-dvbsub-mp2.ts"},
    {.name = "t2mi.ts", .rate = 8'000'000},
    {.name = "avc-aac-29s.ts"},
    {.name = "avc-aac.ts", .rate = 5'000'000},
    {.name = "avc-608-captions.ts", .rate = 2'000'000},
    {.name = "mpeg2-mp2-5s.ts"},
    {.name = "mpeg2-192-byte-packets.ts"},
    {.name = "avc-10s-low-rate.ts"},
    {.name = "codec-h265.ts"},
    {.name = "codec-eac3joc.ts"},
    {.name = "codec-ac4.ts"},
    {.name = "codec-latm.ts", .rate = 500'000, .tshark = false},
    {.name = "codec-dts-hd-ma.ts"},
    {.name = "codec-h264-dts-audio.ts", .rate = 2'000'000},
    {.name = "codec-mpegh-bl-configchange-multi.ts"},
    {.name = "codec-scte35.ts", .tshark = false},
    {.name = "codec-with-sdt.ts", .rate = 1'000'000, .torn_bytes = 148},
};

const RefusedCapture kRefused[] = {
    {.name = "si-11-services-emm.ts",
     .rate = 5'000'000,
     .program = 8801,
     .words = {"no PMT of program 8801 comes on PID "}},
    // Every repetition of its PMT has a wrong CRC_32.
    {.name = "damaged-scrambled.ts",
     .program = 60,
     .words = {"no PMT of program 60 comes on PID ", "wrong CRC_32"}},
    {.name = "teletext-pid-only.ts", .rate = 1'000'000, .words = {"no program tables (no PAT)"}},
};

std::string file_name(const char* name) {
  std::string letters = name;
  std::erase_if(letters, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
  return letters;
}

INSTANTIATE_TEST_SUITE_P(Real, Captures, testing::ValuesIn(kTable),
                         [](const auto& instance) { return file_name(instance.param.name); });
INSTANTIATE_TEST_SUITE_P(Real, RefusedCaptures, testing::ValuesIn(kRefused),
                         [](const auto& instance) { return file_name(instance.param.name); });

}  // namespace
}  // namespace headwater::test
