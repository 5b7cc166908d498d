// SPDX-License-Identifier: Apache-2.0
// Any 188 bytes: what PacketView hands out lies within the packet and is what the setters write; PES headers
// and continuity take whatever comes.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "psi/ts/continuity.h"
#include "psi/ts/packet.h"
#include "psi/ts/pes.h"

namespace {

using namespace headwater;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(ts::Packet bytes, ts::ContinuityCheck& continuity) {
  const auto view = ts::PacketView::parse(bytes);
  if (!view) return;
  require(view->payload().size() <= 184);
  require(view->has_payload() == !view->payload().empty());
  static_cast<void>(continuity.next(*view));
  if (const auto header = ts::PesHeader::parse(view->payload())) {
    require(header->header_size <= view->payload().size());
    require(header->pts.value_or(0) < (1ULL << 33) && header->dts.value_or(0) < (1ULL << 33));
  }
  const auto pcr = view->pcr();
  if (!pcr) return;
  ts::Packet rewritten = bytes;
  ts::set_pcr(rewritten, *pcr);
  const auto again = ts::PacketView::parse(rewritten);
  require(again && again->pcr() == pcr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ts::ContinuityCheck continuity;
  for (std::size_t offset = 0; offset < size; offset += ts::kPacketSize) {
    ts::Packet bytes = ts::make_null_packet();
    std::copy_n(data + offset, std::min(ts::kPacketSize, size - offset), bytes.begin());
    check(bytes, continuity);
  }
  return 0;
}
