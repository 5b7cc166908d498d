// SPDX-License-Identifier: Apache-2.0
//
// Looks at the devices, the neighbours and some counters ten times a second, and keeps what the API asks for
// later: how each device is, and what moves. Time is an argument. Control thread; read under the appliance's
// mutex.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dataplane/channel/counter_blocks.h"
#include "dataplane/plan/slots.h"
#include "psi/base/ticks.h"
#include "tools/headwaterd/devices.h"
#include "tools/headwaterd/input_health.h"
#include "tools/headwaterd/movement.h"
#include "tools/headwaterd/neighbours.h"

namespace headwater::daemon {

// An input that has errors of a kind that it did not have in the minute before; or receives, and has had none
// for a minute.
struct InputChange {
  dataplane::InputSlot slot;
  std::string errors;  // kinds; empty: it is clean again
};

struct WorkerChange {
  std::size_t worker = 0;
  bool stopped = false;        // it turned when last looked at
  std::uint64_t stall_ms = 0;  // of stalls that are over since the last look
};

struct LinkChange {
  std::size_t port = 0;
  bool up = false;
  bool came_up = false;
  std::string trouble;  // why it is down, or loses frames
};

// What a device dropped, by kind.
struct DeviceDropMovement {
  Movement missed, no_buffer, receive_errors, send_errors;

  void sample(Instant now, const DeviceDrops& drops);
  [[nodiscard]] std::uint64_t total() const {
    return missed.total() + no_buffer.total() + receive_errors.total() + send_errors.total();
  }
};

class Watch {
 public:
  static constexpr Ticks27 kInterval = Ticks27::milliseconds(100);
  // A worker that has not turned for so long stands still.
  static constexpr Ticks27 kSilence = Ticks27::seconds(1);
  // RFC 5227 2.4: a station whose address another claims need not hear of it often.
  static constexpr Ticks27 kConflictWindow = Ticks27::seconds(600);

  // All outlive it.
  Watch(const Devices& devices, const Neighbours& neighbours,
        const dataplane::channel::CounterBlocks& counters);

  struct Changes {
    std::vector<WorkerChange> workers;
    std::vector<LinkChange> links;  // the first look gives how every link is
    std::vector<InputChange> inputs;
  };
  // Cheap between two looks.
  Changes tick(Instant now);

  [[nodiscard]] std::size_t ports() const { return ports_.size(); }
  [[nodiscard]] const DeviceState& device(std::size_t port) const { return ports_[port].device; }
  // Dropped by the device since the worker first turned: before that nobody takes what arrives.
  [[nodiscard]] const DeviceDropMovement& device_drops(std::size_t port) const { return ports_[port].drops; }
  [[nodiscard]] const Movement& frames_lost(std::size_t port) const { return ports_[port].frames_lost; }
  [[nodiscard]] const Movement& conflicts(std::size_t port) const { return ports_[port].conflicts; }
  // False: it stands still for longer than kSilence, or has not begun so long after the first look.
  [[nodiscard]] bool worker_turns(std::size_t worker) const { return workers_[worker].turns; }
  [[nodiscard]] bool workers_turn() const;  // all of them
  [[nodiscard]] const Movement& worker_stalls(std::size_t worker) const { return workers_[worker].stalls; }
  [[nodiscard]] const Movement& worker_stall_ms(std::size_t worker) const {
    return workers_[worker].stall_ms;
  }
  // Frames for its inputs that it had no room for.
  [[nodiscard]] const Movement& worker_refused(std::size_t worker) const { return workers_[worker].refused; }
  [[nodiscard]] const InputHealth& input(dataplane::InputSlot slot) const {
    return inputs_[slot.index].health;
  }

 private:
  struct PortState {
    DeviceState device;
    std::optional<std::pair<bool, std::string>> told;  // link_up and trouble
    DeviceDropMovement drops;
    Movement frames_lost;
    Movement conflicts{kConflictWindow};
  };
  struct InputState {
    InputHealth health;
    InputHealth::Faults told = 0;
    bool used = true;  // it had packets when last looked at; at first, to begin at its zeros
  };
  struct WorkerState {
    bool turns = true;
    Movement stalls, stall_ms, refused;
  };
  void look(std::size_t port, Instant now);
  void look_at_workers(Instant now, std::vector<WorkerChange>& changes);
  void look_at_inputs(Instant now, std::vector<InputChange>& changes);

  const Devices& devices_;
  const Neighbours& neighbours_;
  const dataplane::channel::CounterBlocks& counters_;
  std::optional<Instant> began_, looked_;  // first and last look
  std::vector<WorkerState> workers_;       // by WorkerIndex
  std::vector<PortState> ports_;           // by PortIndex
  std::vector<InputState> inputs_;         // by InputSlot
};

}  // namespace headwater::daemon
