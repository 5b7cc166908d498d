// SPDX-License-Identifier: Apache-2.0
//
// DPDK's environment: memory, the PCI bus, the log. Started once in a process, before any port, and ended
// after all of them. It takes no core: workers are the caller's own threads, each of which registers itself.
// Control thread.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headwater::dataplane::dpdk {

struct EalOptions {
  std::uint64_t memory = 512ULL << 20;  // bytes of all ports' frame pools
  bool huge_pages = true;               // false: ordinary pages, for machines and tests without privileges
  std::vector<std::string> devices;     // the ports' `device`: DPDK touches no other PCI device
  // One line of DPDK's log, without line end; called on any thread, within DPDK: must not call back into it.
  std::function<void(std::string_view line)> log;
};

class Eal {
 public:
  // A second start in one process, even after the first has ended, is refused.
  static std::expected<std::unique_ptr<Eal>, std::string> start(const EalOptions& options);
  ~Eal();
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

 private:
  struct Log;
  explicit Eal(std::unique_ptr<Log> log);
  std::unique_ptr<Log> log_;
};

// Makes the calling thread known to DPDK, without which its frame pools have no cache for it and cost several
// times as much. Every worker thread holds one while it uses ports. Ends on the same thread.
class ThreadRegistration {
 public:
  static std::expected<ThreadRegistration, std::string> make();
  ~ThreadRegistration();
  ThreadRegistration(ThreadRegistration&& other) noexcept : held_(other.held_) { other.held_ = false; }
  ThreadRegistration& operator=(ThreadRegistration&&) = delete;

 private:
  ThreadRegistration() = default;
  bool held_ = true;
};

}  // namespace headwater::dataplane::dpdk
