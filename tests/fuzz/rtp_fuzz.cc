// SPDX-License-Identifier: Apache-2.0
// RtpView on any bytes: what it accepts lies inside them, behind the fixed header.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "dataplane/wire/rtp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto view = headwater::wire::RtpView::parse({data, size});
  if (!view) return 0;
  const headwater::Bytes payload = view->payload();
  if (view->payload_offset() < headwater::wire::kRtpHeaderSize) std::abort();
  if (view->payload_offset() + payload.size() > size || payload.data() != data + view->payload_offset())
    std::abort();
  unsigned sum = view->sequence() + view->payload_type() + (view->marker() ? 1U : 0U);
  for (const std::uint8_t byte : payload) sum += byte;
  return sum == 0xFFFFFFFF ? -1 : 0;  // keeps every read
}
