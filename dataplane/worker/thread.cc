// SPDX-License-Identifier: Apache-2.0
#include "dataplane/worker/thread.h"

#include <pthread.h>
#include <sys/prctl.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <future>
#include <utility>

namespace headwater::dataplane {
namespace {

// Idle packets wait this long at most.
constexpr Ticks27 kLongestSleep = Ticks27::microseconds(200);
// Below this a sleep costs more than it saves.
constexpr Ticks27 kShortestSleep = Ticks27::microseconds(20);
constexpr unsigned long kTimerSlackNanoseconds = 1000;

int pin(unsigned core) {
  if (core >= CPU_SETSIZE) return EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

void sleep_until(Instant now, Instant deadline) {
  const Ticks27 span = std::min(deadline - now, kLongestSleep);
  if (span < kShortestSleep) return;
  std::this_thread::sleep_for(std::chrono::nanoseconds(span.value * 1000 / 27));
}

void turn(const std::stop_token& stop, Worker& worker, const WorkerClock& clock, Polling polling) {
  Instant now = clock.now();
  while (!stop.stop_requested()) {
    // A TSC that went back (a guest that was moved) may not take the worker along.
    now = std::max(now, clock.now());
    if (worker.run_once(now) || polling == Polling::kBusy) continue;
    sleep_until(now, worker.next_deadline(now));
  }
}

}  // namespace

std::expected<std::unique_ptr<WorkerThread>, std::string> WorkerThread::start(Worker& worker,
                                                                              const WorkerClock& clock,
                                                                              WorkerThreadOptions options) {
  std::promise<int> pinned;
  std::future<int> result = pinned.get_future();
  const std::optional<unsigned> core = options.core;
  std::unique_ptr<WorkerThread> self(new WorkerThread);
  self->thread_ = std::jthread([&worker, &clock, options = std::move(options),
                                pinned = std::move(pinned)](const std::stop_token& stop) mutable {
    pthread_setname_np(pthread_self(), "hw-worker");
    prctl(PR_SET_TIMERSLACK, kTimerSlackNanoseconds);
    const int error = options.core ? pin(*options.core) : 0;
    pinned.set_value(error);
    if (error != 0) return;
    if (options.on_start) options.on_start();
    turn(stop, worker, clock, options.polling);
  });
  if (const int error = result.get(); error != 0) {
    return std::unexpected("worker: cannot run on core " + std::to_string(core.value_or(0)) + ": " +
                           std::strerror(error));
  }
  return self;
}

void WorkerThread::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace headwater::dataplane
