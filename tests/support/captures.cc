// SPDX-License-Identifier: Apache-2.0
#include "tests/support/captures.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/support/source_tree.h"

namespace headwater::test {

std::optional<std::filesystem::path> captures_directory() {
  const char* configured = std::getenv("HEADWATER_STREAMS");
  const std::filesystem::path directory = configured != nullptr
                                              ? std::filesystem::path(configured)
                                              : source_tree().parent_path() / "shared" / "streams";
  if (!std::filesystem::is_directory(directory)) return std::nullopt;
  return directory;
}

std::optional<std::filesystem::path> capture(std::string_view name) {
  const auto directory = captures_directory();
  if (!directory) return std::nullopt;
  std::filesystem::path path = *directory / name;
  if (!std::filesystem::is_regular_file(path)) return std::nullopt;
  return path;
}

std::vector<std::uint8_t> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  return {text.begin(), text.end()};
}

}  // namespace headwater::test
