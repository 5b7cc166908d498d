// SPDX-License-Identifier: Apache-2.0
#include "dataplane/ingest/ts_layout.h"

#include <array>

#include "dataplane/ingest/history.h"

namespace headwater::dataplane {
namespace {

constexpr std::array<TsLayout, 4> kLayouts{{{.stride = 188, .prefix = 0},
                                            {.stride = 192, .prefix = 4},
                                            {.stride = 192, .prefix = 0},
                                            {.stride = 204, .prefix = 0}}};

std::size_t syncs(Bytes payload, TsLayout layout) {
  std::size_t found = 0;
  const std::size_t count = payload.size() / layout.stride;
  for (std::size_t k = 0; k < count; ++k) {
    if (payload[k * layout.stride + layout.prefix] == ts::kSyncByte) ++found;
  }
  return found;
}

TsPlacement place(Bytes payload, TsLayout layout) {
  return {.layout = layout,
          .count = static_cast<std::uint8_t>(payload.size() / layout.stride),
          .torn_bytes = static_cast<std::uint16_t>(payload.size() % layout.stride)};
}

}  // namespace

std::optional<TsPlacement> find_packets(Bytes payload, TsLayout usual) {
  const auto fits = [&](TsLayout layout) {
    const std::size_t count = payload.size() / layout.stride;
    return count >= 1 && count <= kPacketsPerDatagram;
  };
  if (fits(usual) && payload.size() % usual.stride == 0 &&
      syncs(payload, usual) == payload.size() / usual.stride) {
    return place(payload, usual);
  }
  // A length that is a whole number says enough: damaged sync bytes are then single packets' trouble. No two
  // sizes share such a length below eight packets.
  std::optional<TsLayout> best;
  std::size_t best_syncs = 0;
  for (const TsLayout layout : kLayouts) {
    if (!fits(layout) || payload.size() % layout.stride != 0) continue;
    const std::size_t found = syncs(payload, layout);
    if (!best || found > best_syncs || (found == best_syncs && layout == usual)) {
      best = layout;
      best_syncs = found;
    }
  }
  if (best) return place(payload, *best);
  // Torn: whole packets with all their sync bytes, then a rest.
  for (const TsLayout layout : kLayouts) {
    if (!fits(layout)) continue;
    if (syncs(payload, layout) == payload.size() / layout.stride) return place(payload, layout);
  }
  return std::nullopt;
}

}  // namespace headwater::dataplane
