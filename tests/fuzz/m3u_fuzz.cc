// SPDX-License-Identifier: Apache-2.0
// A playlist.
#include "import_harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  headwater::fuzz::import_and_read_back(headwater::config::ListFormat::kM3u, data, size);
  return 0;
}
