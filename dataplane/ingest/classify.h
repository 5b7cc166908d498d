// SPDX-License-Identifier: Apache-2.0
//
// Frame -> verdict: whose datagram it is, or a counted reason why it is nobody's. Follows the Plans that a
// worker adopts, input by input, in memory taken at once; classify() is the hot path and touches one cache
// line of the table for most frames. Every frame ends in exactly one PortCounters term. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "dataplane/plan/counters.h"
#include "dataplane/plan/frame.h"
#include "dataplane/plan/plan.h"
#include "psi/base/bytes.h"

namespace headwater::dataplane {

// (port, destination, UDP port[, source]) -> input. Linear probing over a table at most half full; entries of
// one group and port lie in one run, so that an exact source is found beside none without a second probe.
class InputTable {
 public:
  // `inputs`: the most that there may be at once.
  explicit InputTable(std::size_t inputs);

  // No other input has this match.
  void add(const InputMatch& match, InputSlot slot, WorkerIndex worker);
  void remove(const InputMatch& match);
  struct Found {
    InputSlot slot;
    WorkerIndex worker;
    friend bool operator==(const Found&, const Found&) = default;
  };
  [[nodiscard]] std::optional<Found> find(PortIndex port, wire::Ipv4Address destination,
                                          std::uint16_t udp_port, wire::Ipv4Address source) const;

 private:
  struct Entry {
    std::uint32_t destination = 0;
    std::uint32_t source = 0;
    std::uint32_t port = 0;
    std::uint32_t slot = 0;
    std::uint16_t udp_port = 0;
    std::uint16_t worker = 0;
    bool used = false;
    bool any_source = false;
  };
  [[nodiscard]] std::size_t home(PortIndex port, std::uint32_t destination, std::uint16_t udp_port) const;
  [[nodiscard]] std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }

  std::vector<Entry> entries_;  // a power of two
};

struct Classified {
  enum class Verdict : std::uint8_t {
    kInput,  // hand to `input` with the payload's place; whoever does counts to_input or drop_handover_full
    kPunt,   // for control; whoever pushes it counts punted or drop_punt_full
    kDrop,   // counted; release it
  };
  Verdict verdict = Verdict::kDrop;
  InputSlot input;
  WorkerIndex worker;                // that owns it
  std::uint16_t payload_offset = 0;  // of the UDP payload in the frame
  std::uint16_t payload_length = 0;
};

class Classifier {
 public:
  // The most that there may be at once. Without a Plan's ports every frame is dropped as drop_no_input.
  Classifier(std::size_t ports, std::size_t inputs) : ports_(ports), inputs_(inputs) {}

  void adopt_ports(const Plan& plan);
  void add(const InputPlan& input);
  void remove(const InputPlan& input);

  // `frame` came in by the port. Counts received, received_bytes and a drop.
  [[nodiscard]] Classified classify(PortIndex index, Bytes frame, PortCounters& counters) const;

 private:
  [[nodiscard]] static Classified arp(const PortPlan& port, Bytes payload, PortCounters& counters);
  [[nodiscard]] Classified ipv4(const PortPlan& port, Bytes frame, std::size_t offset,
                                PortCounters& counters) const;

  std::vector<std::shared_ptr<const PortPlan>> ports_;  // by PortIndex; nullptr: the Plan has none
  InputTable inputs_;
};

}  // namespace headwater::dataplane
