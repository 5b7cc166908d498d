// SPDX-License-Identifier: Apache-2.0
#include "dataplane/mux/schedule.h"

#include <algorithm>
#include <utility>

namespace headwater::dataplane {
namespace {

constexpr StreamPosition kAtAdoption{0};
// A due that lies further ahead than kDatagramSpan may still be revised by the timeline: look again this long
// before it.
constexpr Ticks27 kLookAhead = Ticks27::milliseconds(20);
// After a stall the tables' rhythm starts afresh instead of making up for every round that was missed.
constexpr Ticks27 kOnTime = Ticks27::milliseconds(1);

// ISO/IEC 13818-1 2.4.3.4: an adaptation field with room for a PCR, and PCR_flag.
bool carries_pcr(const std::uint8_t* packet) {
  return (packet[3] & 0x20) != 0 && packet[4] >= 7 && (packet[5] & 0x10) != 0;
}

void prefetch_packet(const std::uint8_t* bytes) {
  __builtin_prefetch(bytes);
  __builtin_prefetch(bytes + 64);
  __builtin_prefetch(bytes + 128);
}

}  // namespace

void Schedule::offer(const OutputPlan& part, std::uint64_t generation, History& history, Instant now) {
  StreamPosition from = part.effective_from;
  if (input_ != part.input) {
    if (input_ || std::exchange(taken_up_, false)) {
      // Positions in the old input's stream mean nothing here; nor does one in the new one's that an output
      // on the air would wait for in silence.
      from = kAtAdoption;
      waiting_count_ = 0;
      tell_of_jump();
    }
    leave();
    reader_.join(history, now - part.delay);
    dropped_before_ = Instant{INT64_MIN};
    input_ = part.input;
  }
  // Its packet is past: an edit of what has long been on the air waits for none.
  if (!part_waits() && part_ != nullptr && reader_.position() > from) from = kAtAdoption;
  set_delay(part.delay, now);
  wait({&part, generation, from});
  switch_at_once_if_it_may(now);
}

// Of a shorter one the packets between are past: sent all at once they would flood the box and the link.
void Schedule::set_delay(Ticks27 delay, Instant now) {
  if (delay == std::exchange(delay_, delay) || part_ == nullptr) return;
  dropped_before_ = now - delay;
  tell_of_jump();
}

// Whoever has received what went out so far.
void Schedule::tell_of_jump() {
  if (part_ != nullptr) record_.jumped = true;
}

void Schedule::wait(const Waiting& waiting) {
  const auto last = waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_count_);
  if (waiting_count_ == 0) {
    waiting_.front() = waiting;
    waiting_count_ = 1;
  } else if (waiting.from <= (last - 1)->from || waiting_count_ == kMostWaiting) {
    if (waiting.from > (last - 1)->from) counters_.changes_skipped.add();
    // Not put off: changes that never end would put it off for ever, and edits with it.
    *(last - 1) = {waiting.part, waiting.generation, (last - 1)->from};
  } else {
    *last = waiting;
    ++waiting_count_;
  }
}

void Schedule::confirm(std::uint64_t generation) {
  (part_waits() ? waiting_[waiting_count_ - 1].generation : generation_) = generation;
}

void Schedule::leave() {
  if (!reader_.joined()) return;
  while (const HistoryPacket* packet = reader_.peek()) {
    if (part_ == nullptr || part_->route[packet->pid] == OutputPlan::kNotRouted) {
      reader_.pass_over();
    } else {
      reader_.copy();
      counters_.drop_stopped.add();
    }
  }
  reader_.leave();
  input_.reset();
}

void Schedule::stop() {
  tell_of_jump();
  leave();
}

void Schedule::switch_part(Instant change) {
  const Waiting next = waiting_.front();
  std::shift_left(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(waiting_count_--), 1);
  psi_.replace(next.part->psi, change);
  part_ = next.part;
  ++part_changes_;
  generation_ = next.generation;
  counters_.plan_generation.set(static_cast<std::int64_t>(generation_));
}

void Schedule::switch_at_once_if_it_may(Instant now) {
  if (part_waits() && waiting_.front().from == kAtAdoption && !psi_.unfinished()) switch_part(now);
}

// Passes over what is not routed, up to kDatagramSpan ahead, and lets a waiting part take over at its packet.
Schedule::Head Schedule::head(Instant now, bool may_switch) {
  starved_ = false;
  if (may_switch) switch_at_once_if_it_may(now);
  while (const HistoryPacket* packet = reader_.peek()) {
    const bool switches = part_waits() && reader_.position() >= waiting_.front().from;
    const Instant due = packet->due + delay_;
    if (due > now + kDatagramSpan) return {nullptr, due, due - kLookAhead};
    if (switches) {
      if (!may_switch) return {nullptr, due, std::nullopt, true};
      switch_part(due);
      continue;  // the next one's turn may have come too
    }
    const std::uint16_t pid = part_ == nullptr ? OutputPlan::kNotRouted : part_->route[packet->pid];
    if (pid == OutputPlan::kNotRouted) {
      reader_.pass_over();
    } else if (packet->due < dropped_before_) {
      reader_.copy();
      counters_.drop_delay.add();
    } else if (packet->scrambled && part_->drop_scrambled) {
      reader_.copy();
      counters_.drop_scrambled.add();
    } else {
      return {packet, due, std::nullopt};
    }
  }
  starved_ = true;
  while (may_switch && part_waits() && reader_.position() >= waiting_.front().from) switch_part(now);
  return {};
}

std::optional<Instant> Schedule::next_look(Instant now) {
  if (psi_.unfinished()) return psi_.next_due();
  const Head next = head(now, true);
  reader_.settle();
  std::optional<Instant> look = psi_.next_due();
  const std::optional<Instant> payload = next.packet != nullptr ? std::optional(next.due) : next.look;
  if (payload && (!look || *payload < *look)) look = payload;
  return look;
}

std::optional<Schedule::Item> Schedule::next_item(Instant now, bool first) {
  if (psi_.unfinished()) return Item{*psi_.next_due(), true};
  const Head next = head(now, first);
  if (next.closes) return std::nullopt;
  const std::optional<Instant> table = psi_.next_due();
  if (table && (next.packet == nullptr || *table <= next.due)) return Item{*table, true};
  if (next.packet == nullptr) return std::nullopt;
  return Item{next.due, false, Pid::from_wire(part_->route[next.packet->pid])};
}

CopyOrder Schedule::take(const Item& item, Instant departure) {
  if (item.table) {
    const PsiSlots::Taken taken = psi_.take(departure);
    count_inserted(taken.kind);
    return {taken.packet->data(), taken.pid};
  }
  const HistoryPacket& packet = *reader_.peek();
  const CopyOrder order{reader_.bytes(), item.pid, packet.duplicate, packet.seam || takes_jump()};
  prefetch_packet(order.from);
  reader_.copy();
  return order;
}

// ISO/IEC 13818-1 2.4.3.5: PCRs are another clock's, or arrive earlier or later than the ones before say,
// once.
bool Schedule::takes_jump() {
  if (!record_.jumped || !carries_pcr(reader_.bytes())) return false;
  record_.jumped = false;
  return true;
}

void Schedule::count_inserted(PsiImage::Kind kind) {
  switch (kind) {
    case PsiImage::Kind::kPat:
      counters_.inserted_pat.add();
      break;
    case PsiImage::Kind::kPmt:
      counters_.inserted_pmt.add();
      break;
    case PsiImage::Kind::kSdt:
      counters_.inserted_sdt.add();
      break;
  }
}

std::optional<Schedule::Datagram> Schedule::select(Instant now) {
  Datagram datagram;
  while (datagram.packets < kPacketsPerDatagram) {
    const bool first = datagram.packets == 0;
    const std::optional<Item> item = next_item(now, first);
    if (!item || item->due > (first ? now : datagram.departure + kDatagramSpan)) break;
    if (first) datagram.departure = item->due;
    orders_[datagram.packets++] = take(*item, std::max(datagram.departure, now - kOnTime));
  }
  reader_.settle();
  ordered_ = datagram.packets;
  if (datagram.packets == 0) return std::nullopt;
  return datagram;
}

void Schedule::write(MutableBytes into) {
  for (std::size_t i = 0; i < ordered_; ++i) {
    const MutableBytes packet = into.subspan(i * ts::kPacketSize, ts::kPacketSize);
    copy_packet(orders_[i], record_.continuity, ts::MutablePacketBytes(packet));
  }
}

}  // namespace headwater::dataplane
