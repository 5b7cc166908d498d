// SPDX-License-Identifier: Apache-2.0
#include "psi/section/assembler.h"

#include <algorithm>

namespace headwater::psi {
namespace {

constexpr std::size_t kHeaderSize = 3;
constexpr std::uint8_t kStuffing =
    0xFF;  // ISO/IEC 13818-1 2.4.4.1: as table_id it says that no section follows

}  // namespace

SectionAssembler::SectionAssembler(std::size_t max_section) : buffer_(std::max(max_section, kHeaderSize)) {}

void SectionAssembler::reset() {
  abandon();
  tail_ = {};
  starts_ = {};
  continuity_.reset();
}

void SectionAssembler::abandon() {
  collecting_ = false;
  filled_ = 0;
}

void SectionAssembler::begin(const ts::PacketView& packet) {
  tail_ = {};
  starts_ = {};
  // A packet with transport_error_indicator counts as lost: its own counter may be wrong too.
  if (packet.transport_error()) return;
  const ts::Continuity continuity = continuity_.next(packet);
  if (continuity == ts::Continuity::kDuplicate) return;
  if (collecting_ && continuity != ts::Continuity::kExpected) {
    ++errors_.discontinuity;
    abandon();
  }
  if (!packet.has_payload()) return;
  const Bytes payload = packet.payload();
  if (packet.scrambling_control() != 0 || payload.empty()) {
    abandon();
    return;
  }
  if (!packet.payload_unit_start()) {
    // No section begins here; what follows the end of one is stuffing.
    if (collecting_) tail_ = payload;
    return;
  }
  const std::size_t pointer_field = payload[0];
  if (1 + pointer_field >= payload.size()) {
    ++errors_.malformed;
    abandon();
    return;
  }
  if (collecting_) tail_ = payload.subspan(1, pointer_field);
  starts_ = payload.subspan(1 + pointer_field);
  at_pointer_ = true;
}

bool SectionAssembler::fill(Bytes& from) {
  while (filled_ < needed_ && !from.empty()) {
    const std::size_t count = std::min(needed_ - filled_, from.size());
    std::copy_n(from.begin(), count, buffer_.begin() + static_cast<std::ptrdiff_t>(filled_));
    filled_ += count;
    from = from.subspan(count);
    if (filled_ < needed_ || header_known_) continue;
    header_known_ = true;
    needed_ = kHeaderSize + (load_be16(&buffer_[1]) & 0x0FFFU);
    if (needed_ > buffer_.size()) {
      ++errors_.malformed;
      abandon();
      from = {};
      return false;
    }
  }
  return filled_ == needed_;
}

const SectionView* SectionAssembler::next() {
  for (;;) {
    bool complete = false;
    if (collecting_ && !tail_.empty()) {
      complete = fill(tail_);
      if (complete) tail_ = {};
    } else if (!starts_.empty()) {
      if (at_pointer_ && collecting_) {
        // The packet says that a section begins, but the one before it has not ended.
        ++errors_.malformed;
        abandon();
      }
      at_pointer_ = false;
      if (!collecting_) {
        if (starts_[0] == kStuffing) {
          starts_ = {};
          return nullptr;
        }
        collecting_ = true;
        header_known_ = false;
        filled_ = 0;
        needed_ = kHeaderSize;
      }
      complete = fill(starts_);
    } else {
      return nullptr;
    }
    if (!complete) continue;
    collecting_ = false;
    const auto section = SectionView::parse(Bytes(buffer_).first(needed_));
    if (section) {
      view_ = *section;
      return &*view_;
    }
    ++(section.error() == SectionError::kCrc ? errors_.crc : errors_.malformed);
  }
}

}  // namespace headwater::psi
