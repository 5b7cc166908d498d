// SPDX-License-Identifier: Apache-2.0
//
// One input in a worker: from a datagram that classify gave it to TS packets with due times in its history
// ring. The steps, in files of their own: depacketise (UDP, RTP, reorder), inspect (sync, TEI, CC, PCR,
// priority 1), timeline (due times), punt (changed PSI sections), history. Owned by one worker thread; time
// is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "dataplane/channel/feed_ring.h"
#include "dataplane/channel/punt_ring.h"
#include "dataplane/ingest/history.h"
#include "dataplane/ingest/input_memory.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/plan.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class Input {
 public:
  // By any thread: all memory is taken here, and nothing of the worker's is touched. `counters` and `punt`
  // outlive the input's last frame.
  Input(const InputPlan& plan, InputCounters& counters, channel::PuntRing& punt);
  ~Input();  // as end(), if it holds any
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  // A new Plan's part for the same slot, and the memory for going over to it from the part before. The part
  // outlives the call until the next adopt.
  void adopt(const InputPlan& plan, InputMemory& memory);
  // Releases every frame it holds. Nothing else may come.
  void end();

  // Frames that the next receive or tick may put into the history: one, and those that wait in the RTP
  // window. The worker keeps that much room there, by expelling the slowest reader if need be; a frame that
  // finds the history full is dropped and its packets counted in drop_history_full.
  [[nodiscard]] std::size_t room_needed() const;

  // Takes the frame over. `payload` is the UDP payload's place in it, checked by classify.
  void receive(Instant now, const Frame& frame, std::uint16_t payload_offset, std::uint16_t payload_length);
  // A frame of the file feeder: TS packets with known due times.
  void receive(Instant now, const channel::FedFrame& fed);
  // Lets time pass: RTP gaps given up on, time-outs of priority 1, status gauges. Call at least every 5 ms.
  void tick(Instant now);

  [[nodiscard]] History& history();
  [[nodiscard]] const History& history() const;
  // Earliest instant at which tick has something to do; tests and adaptive polling use it.
  [[nodiscard]] Instant next_deadline() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace headwater::dataplane
