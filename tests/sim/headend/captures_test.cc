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
#include <filesystem>
#include <fstream>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "psi/dvbpsi/decode.h"
#include "psi/section/assembler.h"
#include "tests/support/captures.h"
#include "tests/support/elementary.h"
#include "tests/support/headend/headend.h"
#include "tests/support/readers.h"
#include "tests/support/stream_count.h"

namespace headwater::test {
namespace {

using testing::HasSubstr;

// One with media: every program on air, every packet equal.
struct Capture {
  const char* name;
  std::uint64_t rate = 0;  // bit/s, for files without PCRs
  unsigned programs = 1;   // that have media
  std::uint64_t torn_bytes = 0;
  enum class Tshark : std::uint8_t {
    kReadsAll,
    kReadsPayloadToo,  // as tables of its own: it takes any payload without a PES header for sections
    kOpensNot,         // a file whose PCRs go only backwards, as the few of these do from loop to loop
  } tshark = Tshark::kReadsAll;
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

  struct Played {
    std::uint64_t loops = 0;
    std::unique_ptr<Headend> headend;
  };
  // At least so many loops and eight seconds, until the last packet has left, but before the input counts as
  // lost.
  [[nodiscard]] Played play_whole(const std::string& yaml, std::int64_t least) const {
    const Ticks27 duration = this->duration();
    const std::int64_t loops = std::max(least, Ticks27::seconds(8).value / duration.value + 2);
    HeadendOptions options;
    options.file_loops = static_cast<std::uint64_t>(loops);
    Played played{options.file_loops, std::make_unique<Headend>(yaml, options)};
    played.headend->run_until(played.headend->now() + duration * loops + Ticks27::milliseconds(500));
    return played;
  }

  // Of one loop.
  [[nodiscard]] Ticks27 duration() const {
    const std::optional<std::uint64_t> rate =
        GetParam().rate == 0 ? std::nullopt : std::optional<std::uint64_t>(GetParam().rate);
    return dataplane::FileSchedule::make(read_file(path_), rate).value().duration();
  }

  std::filesystem::path path_;
};

class Captures : public OfCaptures<Capture> {
 protected:
  // The programs of the file whose PMT lists a stream that has packets.
  [[nodiscard]] std::vector<std::uint16_t> programs_with_media(const Elementary& file) const {
    Headend headend(base());
    // A file whose only PMT stands before control has read its PAT gives it in the second loop.
    headend.run_until(headend.now() + duration() * 2 + Ticks27::seconds(1));
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

// What was sent, in a file for other people's decoders.
class Recording {
 public:
  explicit Recording(const std::vector<ts::Packet>& packets)
      : path_(std::filesystem::temp_directory_path() / fmt::format("headwater_{}.ts", getpid())) {
    std::ofstream out(path_, std::ios::binary);
    for (const ts::Packet& packet : packets) {
      for (const std::uint8_t byte : packet) out.put(static_cast<char>(byte));
    }
  }
  ~Recording() { std::filesystem::remove(path_); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

// Every stream of the input's PMT that has packets, and what is sent beside them (PCR, ECM, TDT), packet by
// packet.
void expect_same_streams(const Elementary& file, const Elementary& out, const psi::Pmt& theirs,
                         const control::Decision& on_air) {
  std::set<Pid> wanted;
  if (theirs.pcr_pid != kNullPid) wanted.insert(theirs.pcr_pid);
  for (const psi::Pmt::Stream& stream : theirs.streams) wanted.insert(stream.pid);
  for (const control::RoutedPid& pid : on_air.pids) wanted.insert(pid.in);
  std::erase_if(wanted, [&](Pid pid) { return !file.whole.contains(pid.value()); });
  EXPECT_FALSE(wanted.empty());
  for (const Pid pid : wanted) {
    SCOPED_TRACE(fmt::format("PID {:#x}", pid.value()));
    const auto routed = std::ranges::find(on_air.pids, pid, &control::RoutedPid::in);
    ASSERT_NE(routed, on_air.pids.end()) << "not on air";
    const auto left = out.whole.find(routed->out.value());
    ASSERT_NE(left, out.whole.end()) << "nothing of it left";
    EXPECT_EQ(compare_passes(left->second, file.whole.at(pid.value()), 2), "");
  }
}

// ffprobe and tshark read the same tables, and no others.
void expect_read_by_others(const std::vector<ts::Packet>& packets, const Tables& tables,
                           const std::string& name, Capture::Tshark tshark) {
  const std::uint16_t service = tables.pat->programs.front().number;
  const std::uint16_t pmt_pid = tables.pat->programs.front().pmt_pid.value();
  const std::uint16_t pcr_pid = tables.pmt->pcr_pid.value();
  const auto on_sdt = [](const ts::Packet& packet) {
    return Pid::from_wire(load_be16(&packet[1])) == kSdtPid;
  };
  // ffprobe stops reading once it knows the streams; before the first SDT it would know no name.
  const Recording recording({std::ranges::find_if(packets, on_sdt), packets.end()});

  std::set<std::string> by_ffprobe{
      fmt::format("program {} pmt {} pcr {} \"{}\"", service, pmt_pid, pcr_pid, name)};
  std::string types, pids;
  for (const psi::Pmt::Stream& stream : tables.pmt->streams) {
    by_ffprobe.insert(fmt::format("stream {:#x}", stream.pid.value()));
    types += fmt::format("{}0x{:02x}", types.empty() ? "" : ",", stream.type);
    pids += fmt::format("{}0x{:04x}", pids.empty() ? "" : ",", stream.pid.value());
  }
  std::set<std::string> seen;
  for (const std::string& line : read_by_ffprobe(recording.path())) {
    // The codec it knows by the payload.
    seen.insert(line.starts_with("stream") ? line.substr(0, line.rfind(' ')) : line);
  }
  EXPECT_EQ(seen, by_ffprobe);

  if (tshark == Capture::Tshark::kOpensNot) return;
  const std::vector<std::string> by_tshark{
      fmt::format("\t\t\t\t\t\t0x{:04x}\t{}", service, name),
      fmt::format("\t\t0x{:04x}\t0x{:04x}\t{}\t{}\t\t", service, pcr_pid, types, pids),
      fmt::format("0x{:04x}\t0x{:04x}\t\t\t\t\t\t", service, pmt_pid)};
  const std::vector<std::string> lines = read_by_tshark(recording.path());
  if (tshark == Capture::Tshark::kReadsPayloadToo) {
    EXPECT_TRUE(std::ranges::includes(lines, by_tshark));
  } else {
    EXPECT_EQ(lines, by_tshark);
  }
}

// What entered, minus what is damaged, each counted as often as the file has it.
void expect_counted(const Headend& headend, std::uint64_t loops, const std::vector<ts::Packet>& entered) {
  const StreamCount file = count_of(entered);
  const dataplane::InputCounters& input = headend.input("in");
  EXPECT_EQ(input.packets.get(), loops * file.packets);
  EXPECT_EQ(input.drop_transport_error.get(), loops * file.transport_errors);
  EXPECT_EQ(input.drop_malformed.get(), loops * file.malformed);
  EXPECT_EQ(input.cc_error.get(), loops * file.continuity_errors);
}

TEST_P(Captures, LeaveAsTheyEntered) {
  const std::vector<ts::Packet> entered = packets_of(read_file(path_));
  const Elementary file = elementary_of(entered);
  const std::vector<std::uint16_t> programs = programs_with_media(file);
  ASSERT_EQ(programs.size(), GetParam().programs);
  const Played played = play_whole(lineup(programs), 4);
  const Headend& headend = *played.headend;

  EXPECT_EQ(headend.ledger(), "");
  expect_counted(headend, played.loops, entered);
  EXPECT_EQ(headend.input("in").torn_bytes.get(), GetParam().torn_bytes * (played.loops - 1));
  for (std::size_t index = 0; index < programs.size(); ++index) {
    SCOPED_TRACE(fmt::format("program {}", programs[index]));
    const control::ChannelStatus channel = headend.channel(fmt::format("c{}", index + 1));
    ASSERT_EQ(channel.state, control::ChannelState::kOnAir) << channel.reason;
    const std::vector<ts::Packet> packets = headend.packets_to(fmt::format("239.1.1.{}", index + 1));
    const Elementary out = elementary_of(packets);
    EXPECT_EQ(out.errors, 0U) << "continuity";
    const Tables tables = decode(packets, *channel.numbers->service_id, channel.on_air->pmt_pid);
    ASSERT_TRUE(tables.pat && tables.pmt && tables.sdt);
    EXPECT_EQ(tables.pat->programs.size(), 1U);
    EXPECT_EQ(tables.pmt->streams, channel.on_air->pmt.streams);
    EXPECT_EQ(tables.sdt->services.size(), 1U);
    // The input's own as the file has it at its end, whatever control made of it.
    const auto& programs_carried = headend.conductor().inputs().front().tables->programs();
    const Tables theirs = decode(entered, programs[index], programs_carried.at(programs[index]).pmt_pid);
    ASSERT_TRUE(theirs.pmt);
    EXPECT_EQ(tables.pmt->descriptors, theirs.pmt->descriptors);
    EXPECT_EQ(types_and_descriptors(*tables.pmt), types_and_descriptors(*theirs.pmt));

    expect_same_streams(file, out, *theirs.pmt, *channel.on_air);
    expect_read_by_others(packets, tables, fmt::format("Channel {}", index + 1), GetParam().tshark);
  }
}

TEST_P(RefusedCaptures, RefusedWithAMessage) {
  const std::vector<ts::Packet> entered = packets_of(read_file(path_));
  const Played played = play_whole(lineup({GetParam().program}), 2);
  const Headend& headend = *played.headend;
  EXPECT_EQ(headend.ledger(), "");
  const control::ChannelStatus channel = headend.channel("c1");
  EXPECT_EQ(channel.state, control::ChannelState::kRefused);
  for (const std::string& words : GetParam().words) EXPECT_THAT(channel.reason, HasSubstr(words));
  EXPECT_TRUE(headend.packets_to("239.1.1.1").empty());
  expect_counted(headend, played.loops, entered);
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
    {.name = "t2mi.ts", .rate = 8'000'000, .tshark = Capture::Tshark::kReadsPayloadToo},
    {.name = "avc-aac-29s.ts"},
    {.name = "avc-aac.ts", .rate = 5'000'000},
    {.name = "avc-608-captions.ts", .rate = 2'000'000},
    {.name = "mpeg2-mp2-5s.ts"},
    {.name = "mpeg2-192-byte-packets.ts"},
    {.name = "avc-10s-low-rate.ts"},
    {.name = "codec-h265.ts"},
    {.name = "codec-eac3joc.ts"},
    {.name = "codec-ac4.ts"},
    {.name = "codec-latm.ts", .rate = 500'000, .tshark = Capture::Tshark::kOpensNot},
    {.name = "codec-dts-hd-ma.ts"},
    {.name = "codec-h264-dts-audio.ts", .rate = 2'000'000},
    {.name = "codec-mpegh-bl-configchange-multi.ts"},
    {.name = "codec-scte35.ts", .tshark = Capture::Tshark::kOpensNot},
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

// Each has its verdict: a capture that comes to the folder must come to a table.
TEST(CapturesTable, HasEveryCapture) {
  const auto directory = captures_directory();
  if (!directory) GTEST_SKIP() << "the captures are not here";
  std::set<std::string> verdicts;
  for (const Capture& row : kTable) verdicts.insert(row.name);
  for (const RefusedCapture& row : kRefused) verdicts.insert(row.name);
  for (const auto& entry : std::filesystem::directory_iterator(*directory)) {
    const std::filesystem::path& file = entry.path();
    if (file.extension() != ".ts") continue;
    EXPECT_TRUE(verdicts.contains(file.filename())) << file.filename();
  }
}

INSTANTIATE_TEST_SUITE_P(Real, Captures, testing::ValuesIn(kTable),
                         [](const auto& instance) { return file_name(instance.param.name); });
INSTANTIATE_TEST_SUITE_P(Real, RefusedCaptures, testing::ValuesIn(kRefused),
                         [](const auto& instance) { return file_name(instance.param.name); });

}  // namespace
}  // namespace headwater::test
