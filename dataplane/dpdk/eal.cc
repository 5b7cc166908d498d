// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/eal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_log.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

#include "dataplane/dpdk/device.h"
#include "dataplane/dpdk/huge_pages.h"

namespace headwater::dataplane::dpdk {
namespace {

constexpr std::uint64_t kMiB = 1ULL << 20;
// Beside the frame pools: descriptor rings, device state, DPDK's own tables.
constexpr std::uint64_t kOverhead = 64 * kMiB;
// DPDK lets no frame cross an ordinary page's border: each page holds one and is half empty.
constexpr std::uint64_t kOrdinaryPagesFactor = 2;
constexpr std::size_t kRememberedLines = 6;

// The cores that this thread may run on, as "0,1,5": the main lcore floats over them, so that starting DPDK
// does not pin the control thread and what it starts.
std::string allowed_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<std::size_t> cores;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &set)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return fmt::format("{}", fmt::join(cores, ","));
}

}  // namespace

// DPDK logs to a stdio stream; this one cuts what comes into lines, and keeps the last for error messages.
struct Eal::Log {
  std::function<void(std::string_view)> sink;
  std::FILE* stream = nullptr;
  std::mutex mutex;
  std::string partial;
  std::deque<std::string> last;

  explicit Log(std::function<void(std::string_view)> to) : sink(std::move(to)) {
    cookie_io_functions_t functions{};
    functions.write = [](void* self, const char* text, std::size_t size) -> ssize_t {
      static_cast<Log*>(self)->write({text, size});
      return static_cast<ssize_t>(size);
    };
    stream = fopencookie(this, "w", functions);
    if (stream != nullptr) setvbuf(stream, nullptr, _IOLBF, BUFSIZ);
    rte_openlog_stream(stream);
  }
  ~Log() {
    rte_openlog_stream(nullptr);
    if (stream != nullptr) std::fclose(stream);
  }
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(std::string_view text) {
    const std::lock_guard lock(mutex);
    partial += text;
    for (std::size_t end = partial.find('\n'); end != std::string::npos; end = partial.find('\n')) {
      const std::string line = partial.substr(0, end);
      partial.erase(0, end + 1);
      if (line.empty()) continue;
      if (sink) sink(line);
      last.push_back(line);
      if (last.size() > kRememberedLines) last.pop_front();
    }
  }
  std::string tail() {
    const std::lock_guard lock(mutex);
    return fmt::format("{}", fmt::join(last, "; "));
  }
};

Eal::Eal(std::unique_ptr<Log> log) : log_(std::move(log)) {}

Eal::~Eal() {
  // DPDK leaves its folder behind, a new one for each process.
  const std::string folder = rte_eal_get_runtime_dir();
  rte_eal_cleanup();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

std::expected<std::unique_ptr<Eal>, std::string> Eal::start(const EalOptions& options) {
  std::vector<std::string> arguments{
      "headwater",      "--lcores",      fmt::format("0@({})", allowed_cores()),
      "--no-telemetry", "--file-prefix", fmt::format("headwater-{}", getpid())};
  bool any_pci = false;
  for (const std::string& text : options.devices) {
    const auto device = Device::parse(text);
    if (!device) return std::unexpected(device.error());
    if (device->kind != Device::Kind::kPci) continue;
    arguments.insert(arguments.end(), {"-a", device->to_string()});
    any_pci = true;
  }
  if (!any_pci) arguments.emplace_back("--no-pci");

  if (options.huge_pages) {
    const std::uint64_t memory = options.memory + kOverhead;
    if (auto enough = ensure_huge_pages(memory); !enough) return std::unexpected(enough.error());
    arguments.emplace_back("--in-memory");
  } else {
    const std::uint64_t memory = kOrdinaryPagesFactor * options.memory + kOverhead;
    arguments.insert(arguments.end(), {"--no-huge", "--no-shconf", "-m", fmt::format("{}", memory / kMiB)});
  }

  static std::atomic<bool> started{false};
  if (started.exchange(true)) return std::unexpected("DPDK starts only once in a process");

  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  auto log = std::make_unique<Log>(options.log);
  if (rte_eal_init(static_cast<int>(arguments.size()), argv.data()) < 0) {
    return std::unexpected(
        fmt::format("DPDK does not start ({}); it says: {}", rte_strerror(rte_errno), log->tail()));
  }
  return std::unique_ptr<Eal>(new Eal(std::move(log)));
}

std::expected<ThreadRegistration, std::string> ThreadRegistration::make() {
  if (rte_thread_register() < 0) {
    return std::unexpected(
        fmt::format("DPDK does not take this thread as a worker: {}", rte_strerror(rte_errno)));
  }
  return ThreadRegistration();
}

ThreadRegistration::~ThreadRegistration() {
  if (held_) rte_thread_unregister();
}

}  // namespace headwater::dataplane::dpdk
