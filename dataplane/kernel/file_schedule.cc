// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/file_schedule.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace headwater::dataplane {
namespace {

// Plain; with the 4-byte arrival time of M2TS in front; with 16 bytes of Reed-Solomon behind.
constexpr std::array<std::size_t, 3> kStrides = {188, 192, 204};
// ISO/IEC 13818-1 2.7.2 wants a PCR every 100 ms; files in the wild go to a second. Beyond it the clock
// jumped.
constexpr Ticks27 kLongestInterval = Ticks27::seconds(1);

// A stride apart, sync bytes up to the fifth or to the end of the file, and at least two.
bool in_sync(Bytes file, std::size_t at, std::size_t stride) {
  for (std::size_t packet = 0; packet < 5; ++packet) {
    const std::size_t position = at + packet * stride;
    if (position >= file.size()) return packet > 1 || at + ts::kPacketSize == file.size();
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

std::expected<FileSchedule, std::string> FileSchedule::make(Bytes file, std::optional<std::uint64_t> rate) {
  FileSchedule schedule(file);
  schedule.find_packets();
  if (schedule.offsets_.empty()) {
    return std::unexpected("no transport stream packets of 188, 192 or 204 bytes in it");
  }
  if (rate) {
    if (*rate == 0) return std::unexpected("a rate of 0 plays nothing");
    schedule.schedule_by_rate(*rate);
  } else if (!schedule.schedule_by_pcr()) {
    return std::unexpected("it has no two PCRs to be played in time with: give its bit rate (`rate`)");
  }
  return schedule;
}

void FileSchedule::find_packets() {
  std::size_t at = 0;
  std::size_t skipped = 0;
  while (at + ts::kPacketSize <= file_.size()) {
    const auto stride =
        std::ranges::find_if(kStrides, [&](std::size_t size) { return in_sync(file_, at, size); });
    if (stride == kStrides.end()) {
      ++at;
      ++skipped;
      continue;
    }
    // The arrival time in front of the first packet of M2TS is no part of a torn one.
    if (*stride != 192 || skipped != 4) torn_bytes_ += skipped;
    skipped = 0;
    while (at + ts::kPacketSize <= file_.size() && file_[at] == ts::kSyncByte) {
      offsets_.push_back(at);
      at += *stride;
    }
  }
  torn_bytes_ += skipped;
  // The stride of a last packet of 192 or 204 bytes may lead beyond the end.
  if (at < file_.size()) torn_bytes_ += file_.size() - at;
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

bool FileSchedule::schedule_by_pcr() {
  std::map<Pid, Marks> by_pid;
  for (std::size_t index = 0; index < offsets_.size(); ++index) {
    const auto view = ts::PacketView::parse(packet(index));
    if (!view || view->transport_error()) continue;
    if (const auto pcr = view->pcr()) {
      by_pid[view->pid()].push_back({index, *pcr, view->discontinuity_indicator()});
    }
  }
  // A PID may show a PCR and be no clock of the whole file; of equal ones the first in the file serves.
  Marks marks;
  std::size_t most = 0;
  for (auto& [pid, candidate] : by_pid) {
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
