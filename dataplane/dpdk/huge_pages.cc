// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/huge_pages.h"

#include <fmt/format.h>

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace headwater::dataplane::dpdk {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;
constexpr std::uint64_t kSmallPage = 2 * kMiB;
constexpr std::uint64_t kLargePage = 1024 * kMiB;

std::filesystem::path pages_folder(const std::filesystem::path& sysfs, std::uint64_t page_size) {
  return sysfs / "kernel/mm/hugepages" / fmt::format("hugepages-{}kB", page_size / 1024);
}

std::optional<std::uint64_t> read_number(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::uint64_t value = 0;
  if (!(in >> value)) return std::nullopt;
  return value;
}

bool write_number(const std::filesystem::path& file, std::uint64_t value) {
  std::ofstream out(file);
  out << value << std::flush;
  return out.good();
}

std::uint64_t free_bytes(const std::filesystem::path& sysfs) {
  std::uint64_t bytes = 0;
  for (const std::uint64_t size : {kSmallPage, kLargePage}) {
    bytes += size * read_number(pages_folder(sysfs, size) / "free_hugepages").value_or(0);
  }
  return bytes;
}

// Where it is not told: all there may be.
std::uint64_t available_bytes(const std::filesystem::path& meminfo) {
  std::ifstream in(meminfo);
  std::string name, unit;
  for (std::uint64_t kibibytes = 0; in >> name >> kibibytes; std::getline(in, unit)) {
    if (name == "MemAvailable:") return kibibytes * 1024;
  }
  return UINT64_MAX;
}

}  // namespace

std::expected<void, std::string> ensure_huge_pages(std::uint64_t bytes, const std::filesystem::path& sysfs,
                                                   const std::filesystem::path& meminfo) {
  std::uint64_t free = free_bytes(sysfs);
  if (free >= bytes) return {};

  const std::filesystem::path total_file = pages_folder(sysfs, kSmallPage) / "nr_hugepages";
  const std::optional<std::uint64_t> total = read_number(total_file);
  if (!total) {
    return std::unexpected(
        "this kernel has no 2 MiB huge pages: use one that has them (CONFIG_HUGETLBFS), or write "
        "`huge_pages: false` under headend (slower)");
  }
  const std::uint64_t wanted = *total + (bytes - free + kSmallPage - 1) / kSmallPage;
  // The kernel would give all it has before it finds that this is too little.
  const bool too_much = bytes - free > available_bytes(meminfo);
  const bool may_write = !too_much && write_number(total_file, wanted);
  free = free_bytes(sysfs);
  if (free >= bytes) return {};
  // What the kernel did find would be lacking elsewhere: a start that fails leaves the machine as it was.
  if (may_write) write_number(total_file, *total);
  return std::unexpected(fmt::format(
      "{} MiB of huge pages are needed, {} MiB are free, {}. Reserve them as root with `echo {} > {}`, "
      "better "
      "at boot with hugepages={} on the kernel's command line; or make `memory` under headend smaller; or "
      "write "
      "`huge_pages: false` (slower)",
      (bytes + kMiB - 1) / kMiB, free / kMiB,
      too_much    ? "and the machine has not so much memory to spare"
      : may_write ? "and the kernel found no more contiguous memory"
                  : "and reserving more needs root",
      wanted, total_file.string(), wanted));
}

}  // namespace headwater::dataplane::dpdk
