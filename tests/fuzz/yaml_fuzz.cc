// SPDX-License-Identifier: Apache-2.0
// The operator's text: whatever it is, it loads or every error has its place.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/yaml/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto result = headwater::config::parse(text, "f.yaml");
  if (result) return 0;
  if (result.error().errors.empty()) std::abort();
  for (const auto& each : result.error().errors) {
    if (each.where.file != "f.yaml" || each.where.line == 0 || each.where.column == 0 || each.text.empty())
      std::abort();
  }
  return 0;
}
