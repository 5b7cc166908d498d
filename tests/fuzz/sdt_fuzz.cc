// SPDX-License-Identifier: Apache-2.0
#include "psi/tables/streams.h"
#include "tests/fuzz/table_harness.h"

namespace {

using namespace headwater;

// Looks at each table in passing: a service's names, whatever their text, encode to what reads back the same.
struct Decoder {
  psi::SdtDecoder decoder;
  std::optional<psi::Sdt> push(Bytes section) {
    auto sdt = decoder.push(section);
    if (!sdt) return sdt;
    for (const auto& service : sdt->services) {
      const auto names = psi::find_service_descriptor(service.descriptors);
      if (!names) continue;
      // Encoded text may be longer than it came, and cut: what was encoded once stays.
      const auto once = psi::find_service_descriptor({psi::encode(*names)});
      fuzz::require(once.has_value());
      const auto twice = psi::find_service_descriptor({psi::encode(*once)});
      fuzz::require(twice && twice->name == once->name && twice->provider == once->provider);
    }
    return sdt;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::run({data, size}, 0x42, 7, [] { return Decoder(); });
  return 0;
}
