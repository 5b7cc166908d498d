// SPDX-License-Identifier: Apache-2.0
// Any packets: every section that comes out is whole, and packetised comes out again alone and the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "psi/section/assembler.h"
#include "psi/section/packetiser.h"

namespace {

using namespace headwater;
using Section = std::vector<std::uint8_t>;

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<Section> push(psi::SectionAssembler& assembler, const ts::Packet& bytes) {
  std::vector<Section> sections;
  if (const auto view = ts::PacketView::parse(bytes)) {
    assembler.push(
        *view, [&](const psi::SectionView& s) { sections.emplace_back(s.bytes().begin(), s.bytes().end()); });
  }
  return sections;
}

void check_again(const Section& section) {
  require(psi::SectionView::parse(section).has_value());
  if (section[0] == 0xFF) return;  // as table_id it is stuffing: no packetiser is given such a section
  psi::SectionAssembler assembler(psi::kMaxSection);
  std::vector<Section> seen;
  for (const ts::Packet& packet : psi::packetise(kSdtPid, std::vector<Section>{section})) {
    for (Section& s : push(assembler, packet)) seen.push_back(std::move(s));
  }
  require(seen.size() == 1 && seen[0] == section);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  psi::SectionAssembler small;
  psi::SectionAssembler large(psi::kMaxSection);
  for (std::size_t offset = 0; offset < size; offset += ts::kPacketSize) {
    ts::Packet bytes = ts::make_null_packet();
    std::copy_n(data + offset, std::min(ts::kPacketSize, size - offset), bytes.begin());
    push(small, bytes);
    for (const Section& section : push(large, bytes)) check_again(section);
  }
  return 0;
}
