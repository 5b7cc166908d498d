// SPDX-License-Identifier: Apache-2.0
#include "psi/checks/priority1.h"

#include <algorithm>

#include "psi/checks/table_start.h"

namespace headwater::ts {
namespace {

constexpr std::uint8_t kPatTableId = 0x00;
constexpr std::uint8_t kPmtTableId = 0x02;
constexpr std::size_t kMostReferences = 0xFFFE;  // what watched_at_ can name

}  // namespace

Priority1::Priority1(const Settings& settings, Instant now)
    : settings_(settings),
      continuity_(settings.pid_pages),
      pat_(settings.table_interval, now),
      watched_at_(settings.pid_pages),
      next_poll_(pat_.deadline()) {
  settings_.max_references = std::min(settings_.max_references, kMostReferences);
  watched_.reserve(settings_.max_references);
  previous_.reserve(settings_.max_references);
}

Ticks27 Priority1::interval(Reference::Kind kind) const {
  return kind == Reference::Kind::kPmt ? settings_.table_interval : settings_.pid_interval;
}

std::uint64_t& Priority1::counter(Reference::Kind kind) {
  return kind == Reference::Kind::kPmt ? counters_.pmt : counters_.pid;
}

bool Priority1::refer(std::span<const Reference> references, Instant now) {
  watched_.swap(previous_);
  watched_.clear();
  watched_at_.clear();
  bool all = true;
  for (const Reference& reference : references) {
    std::uint16_t* at = watched_at_.get(reference.pid);
    if (at == nullptr || watched_.size() == settings_.max_references) {
      all = false;
      continue;
    }
    // A PID is watched once; as PMT, the sharper watch, where it is both.
    if (*at != 0) {
      Watched& known = watched_[*at - 1U];
      if (known.reference.kind != reference.kind) {
        known = {{reference.pid, Reference::Kind::kPmt},
                 RepetitionTimer(interval(Reference::Kind::kPmt), now)};
      }
      continue;
    }
    const auto before = std::ranges::find(previous_, reference, &Watched::reference);
    watched_.push_back(before != previous_.end()
                           ? *before
                           : Watched{reference, RepetitionTimer(interval(reference.kind), now)});
    *at = static_cast<std::uint16_t>(watched_.size());
  }
  next_poll_ = now;
  return all;
}

void Priority1::push(PacketBytes packet, Instant now) {
  switch (sync_.next(packet[0] == kSyncByte)) {
    case Sync::kSearching:
      return;
    case Sync::kAcquired:
      restart(now);
      break;
    case Sync::kInSync:
      break;
    case Sync::kByteError:
      ++counters_.sync_byte;
      return;
    case Sync::kLost:
      ++counters_.sync_byte;
      ++counters_.sync_loss;
      return;
  }
  const auto view = PacketView::parse(packet);
  // transport_error_indicator: the header may be wrong.
  if (view && !view->transport_error()) inspect(*view, now);
  if (now > next_poll_) poll(now);
}

void Priority1::poll(Instant now) {
  if (!sync_.in_sync() || now <= next_poll_) return;
  counters_.pat += pat_.poll(now);
  next_poll_ = pat_.deadline();
  for (Watched& watched : watched_) {
    counter(watched.reference.kind) += watched.timer.poll(now);
    next_poll_ = std::min(next_poll_, watched.timer.deadline());
  }
}

void Priority1::restart(Instant now) {
  continuity_.reset();
  pat_ = RepetitionTimer(settings_.table_interval, now);
  for (Watched& watched : watched_) watched.timer = RepetitionTimer(interval(watched.reference.kind), now);
  next_poll_ = now;
}

void Priority1::inspect(const PacketView& packet, Instant now) {
  if (continuity_.next(packet) == Continuity::kError) ++counters_.continuity;
  if (packet.pid() == kPatPid) {
    inspect_pat(packet, now);
    return;
  }
  const std::uint16_t* at = watched_at_.find(packet.pid());
  if (at != nullptr && *at != 0) inspect_reference(watched_[*at - 1U], packet, now);
}

void Priority1::inspect_pat(const PacketView& packet, Instant now) {
  if (packet.scrambling_control() != 0) ++counters_.pat;
  const auto table_id = starting_table_id(packet);
  if (!table_id) return;
  if (*table_id == kPatTableId) {
    counters_.pat += pat_.seen(now);
  } else {
    ++counters_.pat;
  }
}

void Priority1::inspect_reference(Watched& watched, const PacketView& packet, Instant now) {
  if (watched.reference.kind == Reference::Kind::kStream) {
    counters_.pid += watched.timer.seen(now);
    return;
  }
  if (packet.scrambling_control() != 0) ++counters_.pmt;
  if (starting_table_id(packet) == kPmtTableId) counters_.pmt += watched.timer.seen(now);
}

}  // namespace headwater::ts
