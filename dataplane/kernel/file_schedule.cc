// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "psi/ts/packet.h"

namespace headwater::dataplane {
namespace {

// Plain; with the 4-byte arrival time of M2TS in front; with 16 bytes of Reed-Solomon behind.
constexpr std::array<std::size_t, 3> kStrides = {188, 192, 204};
// ISO/IEC 13818-1 2.7.2 wants a PCR every 100 ms; files in the wild go to a second. Beyond it the clock
// jumped.
constexpr Ticks27 kLongestInterval = Ticks27::seconds(1);

// Beyond so many bytes without a packet it is another kind of file, or one that is still being copied: not
// searched to its end.
constexpr std::size_t kLongestGap = std::size_t{1} << 20;

// How much of the file decides whether it is in sync: five sync bytes at the longest stride.
constexpr std::size_t kSyncSpan = 4 * kStrides.back() + 1;

// A stride apart, sync bytes up to the fifth or to the end of the file, and at least two. `file`: kSyncSpan
// bytes, fewer where it ends.
bool in_sync(Bytes file, std::size_t stride) {
  for (std::size_t packet = 0; packet < 5; ++packet) {
    const std::size_t position = packet * stride;
    if (position >= file.size()) return packet > 1 || ts::kPacketSize == file.size();
    if (file[position] != ts::kSyncByte) return false;
  }
  return true;
}

struct Mark {
  std::size_t index;
  Pcr pcr;
  bool discontinuity;
};
using Marks = std::vector<Mark>;

// Ticks between two marks that lie on one clock.
std::optional<std::int64_t> ticks_between(const Mark& a, const Mark& b) {
  const Ticks27 ticks = b.pcr - a.pcr;
  if (b.discontinuity || ticks <= Ticks27{} || ticks > kLongestInterval) return std::nullopt;
  return ticks.value;
}

std::size_t usable_intervals(const Marks& marks) {
  std::size_t count = 0;
  for (std::size_t mark = 1; mark < marks.size(); ++mark) {
    if (ticks_between(marks[mark - 1], marks[mark])) ++count;
  }
  return count;
}

}  // namespace

// What one pass over the file finds.
struct FileSchedule::Scan {
  std::vector<std::size_t> offsets;
  std::size_t torn_bytes = 0;
  std::optional<std::size_t> gap;  // where one begins that is too long
  std::map<Pid, Marks> clocks;

  // look(at, length): these bytes, empty where the file has them no more. False: it had not.
  template <typename Look>
  bool read(std::size_t size, Look&& look);
  void take(Bytes packet, std::size_t at);
};

void FileSchedule::Scan::take(Bytes packet, std::size_t at) {
  const std::size_t index = offsets.size();
  offsets.push_back(at);
  const auto view = ts::PacketView::parse(packet.first<ts::kPacketSize>());
  if (!view || view->transport_error()) return;
  if (const auto pcr = view->pcr()) {
    clocks[view->pid()].push_back({index, *pcr, view->discontinuity_indicator()});
  }
}

template <typename Look>
bool FileSchedule::Scan::read(std::size_t size, Look&& look) {
  std::size_t at = 0;
  std::size_t skipped = 0;
  while (at + ts::kPacketSize <= size) {
    const Bytes ahead = look(at, std::min(kSyncSpan, size - at));
    if (ahead.empty()) return false;
    const auto stride =
        std::ranges::find_if(kStrides, [&](std::size_t each) { return in_sync(ahead, each); });
    if (stride == kStrides.end()) {
      ++at;
      if (++skipped <= kLongestGap) continue;
      gap = at - skipped;
      return true;
    }
    // The arrival time in front of the first packet of M2TS is no part of a torn one.
    if (*stride != 192 || skipped != 4) torn_bytes += skipped;
    skipped = 0;
    while (at + ts::kPacketSize <= size) {
      const Bytes packet = look(at, ts::kPacketSize);
      if (packet.empty()) return false;
      if (packet[0] != ts::kSyncByte) break;
      take(packet, at);
      at += *stride;
    }
  }
  torn_bytes += skipped;
  // The stride of a last packet of 192 or 204 bytes may lead beyond the end.
  if (at < size) torn_bytes += size - at;
  return true;
}

std::expected<FileSchedule, std::string> FileSchedule::make(FileReader& file,
                                                            std::optional<std::uint64_t> rate) {
  Scan scan;
  if (!scan.read(file.size(), [&](std::size_t at, std::size_t length) { return file.look(at, length); })) {
    return std::unexpected(file.failure());
  }
  auto schedule = from(std::move(scan), rate);
  if (!schedule) return std::unexpected(file.path().string() + ": " + schedule.error());
  return schedule;
}

std::expected<FileSchedule, std::string> FileSchedule::make(Bytes file, std::optional<std::uint64_t> rate) {
  Scan scan;
  scan.read(file.size(), [&](std::size_t at, std::size_t length) { return file.subspan(at, length); });
  return from(std::move(scan), rate);
}

std::expected<FileSchedule, std::string> FileSchedule::from(Scan scan, std::optional<std::uint64_t> rate) {
  FileSchedule schedule;
  schedule.offsets_ = std::move(scan.offsets);
  schedule.torn_bytes_ = scan.torn_bytes;
  if (scan.gap && !schedule.offsets_.empty()) {
    return std::unexpected(fmt::format(
        "from byte {} on 1 MiB holds no transport stream packet: it is damaged, or still being copied",
        *scan.gap));
  }
  if (schedule.offsets_.empty()) {
    return std::unexpected("no transport stream packets of 188, 192 or 204 bytes in it");
  }
  if (rate) {
    if (*rate == 0) return std::unexpected("a rate of 0 plays nothing");
    schedule.schedule_by_rate(*rate);
  } else if (!schedule.schedule_by_pcr(scan)) {
    return std::unexpected("it has no two PCRs to be played in time with: give its bit rate (`rate`)");
  }
  schedule.busiest_second_ = schedule.most_within_a_second();
  return schedule;
}

// Of a file that plays in a loop: the second may lie over the seam, or over many.
std::size_t FileSchedule::most_within_a_second() const {
  const std::int64_t loop = std::max<std::int64_t>(duration_.value, 1);
  const std::int64_t rest = kTicksPerSecond % loop;
  const std::size_t count = due_.size();
  const auto due = [&](std::size_t index) {
    return index < count ? due_[index] : due_[index - count] + loop;
  };
  std::size_t most = 0;
  std::size_t end = 0;
  for (std::size_t begin = 0; begin < count; ++begin) {
    while (end < begin + count && due(end) < due_[begin] + rest) ++end;
    most = std::max(most, end - begin);
  }
  return most + count * static_cast<std::size_t>(kTicksPerSecond / loop);
}

void FileSchedule::schedule_by_rate(std::uint64_t rate) {
  const auto bits = static_cast<std::int64_t>(rate);
  const auto due = [&](std::size_t index) {
    const std::int64_t total = static_cast<std::int64_t>(index) * 1504;
    return total / bits * kTicksPerSecond + total % bits * kTicksPerSecond / bits;
  };
  due_.resize(offsets_.size());
  for (std::size_t index = 0; index < due_.size(); ++index) due_[index] = due(index);
  duration_ = {due(offsets_.size())};
}

bool FileSchedule::schedule_by_pcr(Scan& scan) {
  // A PID may show a PCR and be no clock of the whole file; of equal ones the first in the file serves.
  Marks marks;
  std::size_t most = 0;
  for (auto& [pid, candidate] : scan.clocks) {
    const std::size_t usable = usable_intervals(candidate);
    if (usable == 0 || usable < most) continue;
    if (usable == most && candidate[0].index > marks[0].index) continue;
    most = usable;
    reference_ = pid;
    marks = std::move(candidate);
  }
  if (!reference_) return false;
  std::int64_t known_ticks = 0;
  std::int64_t known_packets = 0;
  for (std::size_t mark = 1; mark < marks.size(); ++mark) {
    if (const auto ticks = ticks_between(marks[mark - 1], marks[mark])) {
      known_ticks += *ticks;
      known_packets += static_cast<std::int64_t>(marks[mark].index - marks[mark - 1].index);
    }
  }
  const auto at_mean_rate = [&](std::size_t packets) {
    return static_cast<std::int64_t>(static_cast<double>(packets) * static_cast<double>(known_ticks) /
                                     static_cast<double>(known_packets));
  };
  due_.resize(offsets_.size());
  std::int64_t base = 0;
  std::size_t from = 0;
  const auto fill = [&](std::size_t to, std::int64_t ticks) {
    const auto count = static_cast<std::int64_t>(to - from);
    for (std::size_t index = from; index < to; ++index) {
      due_[index] = base + ticks * static_cast<std::int64_t>(index - from) / count;
    }
    base += ticks;
    from = to;
  };
  if (marks[0].index > 0) fill(marks[0].index, at_mean_rate(marks[0].index));
  for (std::size_t mark = 1; mark < marks.size(); ++mark) {
    const auto ticks = ticks_between(marks[mark - 1], marks[mark]);
    fill(marks[mark].index, ticks ? *ticks : at_mean_rate(marks[mark].index - from));
  }
  fill(offsets_.size(), at_mean_rate(offsets_.size() - from));
  duration_ = {base};
  return true;
}

}  // namespace headwater::dataplane
