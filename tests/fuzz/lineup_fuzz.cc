// SPDX-License-Identifier: Apache-2.0
// A table of channels: whatever it is, it gives channels or every error has its place.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/yaml/lineup.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  headwater::config::Report report;
  const auto root = headwater::config::read_lineup(text, "t.csv", report);
  if (root == nullptr) std::abort();
  if (root->find("channels") == nullptr && !report.failed()) std::abort();
  for (const auto& each : report.take().errors) {
    if (each.where.file != "t.csv" || each.where.line == 0 || each.where.column == 0 || each.text.empty())
      std::abort();
  }
  return 0;
}
