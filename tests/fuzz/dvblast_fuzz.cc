// SPDX-License-Identifier: Apache-2.0
// DVBlast's configuration.
#include "import_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  headwater::fuzz::import_and_read_back(headwater::config::ListFormat::kDvblast, data, size);
  return 0;
}
