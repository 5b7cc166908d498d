// SPDX-License-Identifier: Apache-2.0
//
// The thread that turns a worker: pinned to a core, polling all the time or sleeping when idle. Ends with the
// object.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "dataplane/worker/now.h"
#include "dataplane/worker/worker.h"

namespace headwater::dataplane {

enum class Polling : std::uint8_t {
  kBusy,      // never sleeps: departures within a microsecond, a core spent
  kAdaptive,  // sleeps when idle, to the next departure at most: departures within about 0.1 ms
};

struct WorkerThreadOptions {
  std::optional<unsigned> core;
  Polling polling = Polling::kAdaptive;
  std::function<void()> on_start;  // run first in the thread: what the ports' library asks for
};

class WorkerThread {
 public:
  // `worker` and `clock` outlive it, and nobody else calls run_once while it lives. The error names the core.
  static std::expected<std::unique_ptr<WorkerThread>, std::string> start(Worker& worker,
                                                                         const WorkerClock& clock,
                                                                         WorkerThreadOptions options);
  ~WorkerThread() { stop(); }
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Ends after the current turn; then run_once is the caller's again.
  void stop();

 private:
  WorkerThread() = default;
  std::jthread thread_;
};

}  // namespace headwater::dataplane
