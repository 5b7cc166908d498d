// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/table_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  headwater::fuzz::run({data, size}, 0x00, 0x1234, [] { return headwater::psi::PatDecoder(); });
  return 0;
}
