// SPDX-License-Identifier: Apache-2.0
// Runs a fuzzer's harness over its corpus, without libFuzzer: each file once, whole, and cut at every length
// up to 512 bytes. Fails when the corpus is missing or empty, so that a moved folder cannot pass for a green
// test.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: fuzz_NAME CORPUS\n", stderr);
    return 2;
  }
  std::size_t files = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1], error)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    for (std::size_t cut = 0; cut < bytes.size() && cut < 512; ++cut) {
      const std::vector<std::uint8_t> part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(cut));
      LLVMFuzzerTestOneInput(part.data(), part.size());
    }
    ++files;
  }
  std::printf("%zu inputs of %s replayed\n", files, argv[1]);
  return files == 0 ? 1 : 0;
}
