// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/streams.h"
#include "tests/fuzz/table_harness.h"

namespace {

using namespace headwater;

// Looks at each table in passing: what describes streams takes any descriptors.
struct Decoder {
  psi::PmtDecoder decoder{101};
  std::optional<psi::Pmt> push(Bytes section) {
    auto pmt = decoder.push(section);
    if (!pmt) return pmt;
    static_cast<void>(psi::has_ca_descriptor(*pmt));
    for (const auto& stream : pmt->streams) {
      for (const auto& language : psi::describe(stream).languages) fuzz::require(language.size() == 3);
    }
    return pmt;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::run({data, size}, 0x02, 101, [] { return Decoder(); });
  return 0;
}
