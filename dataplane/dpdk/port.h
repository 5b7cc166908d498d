// SPDX-License-Identifier: Apache-2.0
//
// A port that is a DPDK device: a NIC, or a virtual device. Queues for each worker, over which the device
// spreads what it receives by its hash; fewer receive queues where it has no more. It lets every group
// through, and heeds and sends no pause frames where it can (gates.h); frames are in mbufs of a pool of its
// own. A frame given to a queue's send() carries its checksums already: no checksum is
// offloaded in either direction, since the builder has them at hand for the price of an addition, and a
// receiver's must be checked on every device alike. Control's; a queue is one worker's. The port outlives
// every frame of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "dataplane/dpdk/gates.h"
#include "dataplane/plan/counters.h"
#include "dataplane/plan/port.h"
#include "dataplane/plan/slots.h"
#include "dataplane/wire/address.h"

namespace headwater::dataplane::dpdk {

struct PortOptions {
  std::string id;                       // the operator's name, for messages
  std::string device;                   // the operator's words, see Device
  std::uint64_t memory = 256ULL << 20;  // bytes for its frame pool
  PortIndex index;
  // The process ends after it: DPDK writes zeros over what is freed, seconds of it for gigabytes.
  bool leaves_memory = false;
};

// As the device counts them, from its start.
struct DeviceStatistics {
  std::uint64_t received = 0, received_bytes = 0;
  std::uint64_t sent = 0, sent_bytes = 0;  // af_packet counts failed sends as sent
  std::uint64_t missed = 0;                // dropped by the device, its receive queue full
  std::uint64_t no_buffer = 0;             // dropped by the device, the frame pool empty
  std::uint64_t receive_errors = 0, send_errors = 0;
};

struct LinkState {
  bool up = false;
  std::string trouble;  // why it is down, or why frames are lost though it is up, and what to do; or empty
};

class DpdkPort {
 public:
  // The Eal has been started with this device among its devices. A queue for each of `counters`, which
  // outlive the port: a frame that a queue itself drops is counted there, as received and as
  // drop_multi_segment. Errors begin with: port "id":
  static std::expected<std::unique_ptr<DpdkPort>, std::string> open(const PortOptions& options,
                                                                    std::span<PortCounters* const> counters);
  static std::expected<std::unique_ptr<DpdkPort>, std::string> open(const PortOptions& options,
                                                                    PortCounters& counters) {
    PortCounters* const one = &counters;
    return open(options, {&one, 1});
  }
  ~DpdkPort();
  DpdkPort(const DpdkPort&) = delete;
  DpdkPort& operator=(const DpdkPort&) = delete;

  [[nodiscard]] Port& queue(std::size_t worker);
  [[nodiscard]] wire::MacAddress mac() const;
  // DPDK's, "net_ice".
  [[nodiscard]] std::string driver() const;
  [[nodiscard]] Reception reception() const;
  [[nodiscard]] PauseFrames pause_frames() const;
  // Of NUMA; nullopt where the machine has one, or the device is nowhere.
  [[nodiscard]] std::optional<unsigned> node() const;
  [[nodiscard]] DeviceStatistics statistics() const;
  [[nodiscard]] LinkState link() const;
  // nullopt: no link, or the device does not know its speed.
  [[nodiscard]] std::optional<std::uint64_t> link_bps() const;
  // Of the pool; frames in the device's receive queue are not free.
  [[nodiscard]] std::size_t frames_total() const;
  // Of them, what the queues of the device and the workers' caches hold when they are full.
  [[nodiscard]] std::size_t frames_in_queues() const;
  [[nodiscard]] std::size_t frames_free() const;

 private:
  struct Impl;
  explicit DpdkPort(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace headwater::dataplane::dpdk
