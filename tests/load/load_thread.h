// SPDX-License-Identifier: Apache-2.0
//
// A thread on given cores that tells what it cost, before what else the machine does: encoders and boxes are
// machines of their own. What it throws comes out of finish().
#pragma once

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <future>
#include <stop_token>
#include <utility>
#include <vector>

namespace headwater::test {

inline constexpr int kNiceness = -10;  // headwaterd's in config/systemd/headwaterd.service

class LoadThread {
 public:
  template <typename Work>
  LoadThread(std::vector<unsigned> cores, Work work)
      : result_(std::async(std::launch::async, [this, cores = std::move(cores), work = std::move(work)] {
          cpu_set_t set;
          CPU_ZERO(&set);
          for (const unsigned core : cores) CPU_SET(core, &set);
          pthread_setaffinity_np(pthread_self(), sizeof set, &set);
          setpriority(PRIO_PROCESS, 0, kNiceness);  // of this thread; without the right to it, as the others
          work(stop_.get_token(), cost_);
        })) {}
  ~LoadThread() { stop_.request_stop(); }  // the future waits for it
  LoadThread(const LoadThread&) = delete;
  LoadThread& operator=(const LoadThread&) = delete;

  void finish() {
    stop_.request_stop();
    result_.get();
  }
  // Processor time so far, as the thread itself noted it.
  [[nodiscard]] std::chrono::nanoseconds cost() const { return cost_.load(); }

  using Cost = std::atomic<std::chrono::nanoseconds>;
  // For the thread itself, once in a while.
  static void note(Cost& cost) {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    cost = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  }

 private:
  std::stop_source stop_;
  Cost cost_{};
  std::future<void> result_;
};

}  // namespace headwater::test
