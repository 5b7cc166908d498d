// SPDX-License-Identifier: Apache-2.0
#include "control/inputs/input_tables.h"

#include <algorithm>
#include <utility>

#include "psi/section/section.h"

namespace headwater::control {

namespace {

// ISO/IEC 13818-1 table 2-31 and EN 300 468 table 2.
constexpr std::uint8_t kPatTable = 0x00;
constexpr std::uint8_t kPmtTable = 0x02;
constexpr std::uint8_t kSdtActualTable = 0x42;

// ISO/IEC 13818-1 table 2-3: 0x0010..0x1FFE may carry a PMT.
bool can_carry_pmt(Pid pid) {
  return pid >= kNitPid && pid != kNullPid;
}

}  // namespace

bool InputTables::push(Pid pid, Bytes section, StreamPosition at, Instant now) {
  const auto view = psi::SectionView::parse(section);
  // A table that is to come (current_next_indicator 0) is sent again when it counts.
  if (!view || !view->long_form() || !view->current()) return false;
  if (pid == kPatPid) return view->table_id() == kPatTable && push_pat(section, at, now);
  if (view->table_id() == kSdtActualTable && pid == kSdtPid) return push_sdt(section, at);
  if (view->table_id() == kPmtTable && can_carry_pmt(pid)) return push_pmt(pid, section, at);
  return false;
}

bool InputTables::push_pat(Bytes section, StreamPosition at, Instant now) {
  auto pat = pat_decoder_.push(section);
  if (!pat || pat == pat_) return false;
  pat_ = std::move(pat);
  pat_at_ = at;

  std::map<std::uint16_t, Program> programs;
  std::vector<std::uint16_t> fresh;
  for (const psi::Pat::Program& entry : pat_->programs) {
    const auto [it, inserted] = programs.try_emplace(entry.number);
    if (!inserted) continue;  // a PAT that names a program twice: the first counts
    const auto known = programs_.find(entry.number);
    if (known != programs_.end()) it->second = known->second;
    if (known == programs_.end() || known->second.pmt_pid != entry.pmt_pid) fresh.push_back(entry.number);
    it->second.pmt_pid = entry.pmt_pid;
    if (known == programs_.end() || known->second.pmt_pid != entry.pmt_pid) it->second.since = now;
  }
  programs_ = std::move(programs);
  std::erase_if(pmt_decoders_, [this](const auto& entry) { return !programs_.contains(entry.first); });
  note_psi_pids(now);

  // A program whose PMT moved keeps the old one until the new PID brings it.
  for (const std::uint16_t number : fresh) {
    pmt_decoders_.insert_or_assign(number, psi::PmtDecoder(number));
    const auto kept = sections_.find({programs_.at(number).pmt_pid, number});
    if (kept != sections_.end()) decode(number, kept->second, at);
  }
  return true;
}

bool InputTables::push_sdt(Bytes section, StreamPosition at) {
  auto sdt = sdt_decoder_.push(section);
  if (!sdt || sdt == sdt_) return false;
  sdt_ = std::move(sdt);
  sdt_at_ = at;
  return true;
}

bool InputTables::push_pmt(Pid pid, Bytes section, StreamPosition at) {
  const std::uint16_t number = psi::SectionView::parse(section)->table_id_extension();
  sections_[{pid, number}].assign(section.begin(), section.end());
  const auto belongs = [this](const Key& key) {
    const auto it = programs_.find(key.second);
    return it != programs_.end() && it->second.pmt_pid == key.first;
  };
  const bool ours = belongs({pid, number});
  if (sections_.size() > kMaxSections) {
    std::erase_if(sections_, [&](const auto& entry) { return !belongs(entry.first); });
  }
  return ours && decode(number, section, at);
}

bool InputTables::decode(std::uint16_t number, Bytes section, StreamPosition at) {
  auto pmt = pmt_decoders_.at(number).push(section);
  Program& program = programs_.at(number);
  if (!pmt || pmt == program.pmt) return false;
  program.pmt = std::move(pmt);
  program.at = at;
  return true;
}

void InputTables::note_psi_pids(Instant now) {
  std::vector<Pid> pids{kPatPid, kSdtPid};
  for (const auto& [number, program] : programs_) {
    if (can_carry_pmt(program.pmt_pid)) pids.push_back(program.pmt_pid);
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());

  for (const Pid pid : psi_pids_) {
    if (!std::binary_search(pids.begin(), pids.end(), pid)) left_[pid] = now;
  }
  // A PID that is away only for a moment may never have been away for the dataplane, which then does not punt
  // its sections again: they are still good. After a longer absence they come anew, and the old ones may lie.
  for (auto it = left_.begin(); it != left_.end();) {
    const bool back = std::binary_search(pids.begin(), pids.end(), it->first);
    const bool stale = now - it->second > kComeback;
    if (stale) std::erase_if(sections_, [&](const auto& entry) { return entry.first.first == it->first; });
    it = back || stale ? left_.erase(it) : std::next(it);
  }
  psi_pids_ = std::move(pids);
}

}  // namespace headwater::control
