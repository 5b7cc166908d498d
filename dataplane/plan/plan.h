// SPDX-License-Identifier: Apache-2.0
//
// The Plan: everything the workers do, decided by control, immutable. A tree of shared parts: one an input,
// one an output; a new Plan shares every part that did not change, by pointer. control/compile builds and
// checks it: a Plan that exists can run. Published by dataplane/channel/plan_ring.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/plan/parts.h"
#include "dataplane/plan/pid_map.h"
#include "dataplane/plan/slots.h"
#include "dataplane/wire/address.h"
#include "psi/base/pid.h"
#include "psi/base/stream_position.h"
#include "psi/base/ticks.h"
#include "psi/ts/packet.h"

namespace headwater::dataplane {

enum class Encapsulation : std::uint8_t { kUdp, kRtp };

// What makes a received datagram this input's: all that is given must match. An exact source wins over none.
struct InputMatch {
  PortIndex port;
  wire::Ipv4Address destination;  // a group, or one of the port's own addresses
  std::uint16_t udp_port = 0;
  std::optional<wire::Ipv4Address> source;
  friend bool operator==(const InputMatch&, const InputMatch&) = default;
};

// What the input does with a PID, whoever else reads it.
struct InputPidAction {
  bool psi = false;     // PAT, PMT, SDT: sections are assembled, changed ones are punted; counts as consumed
  bool routed = false;  // at least one output takes it
  // TR 101 290 1.5.a: of PSI, a PMT that an output goes by. 1.6: a PID that a PMT refers to and that never
  // pauses by itself: audio, video, PCR. Teletext, subtitles, SCTE 35, data and the TDT lawfully come now and
  // then.
  bool watched = false;
  friend bool operator==(InputPidAction, InputPidAction) = default;
};

struct InputPlan {
  static constexpr std::size_t kReorderFrames = 128;  // at most held to put RTP packets in order

  InputSlot slot;
  std::string id;                   // the operator's name of it
  std::uint64_t life = 0;           // of the stream: another one is another stream, in whatever slot
  WorkerIndex worker;               // that owns it, for its whole life
  std::optional<InputMatch> match;  // none: a file, fed by dataplane/channel/feed_ring
  Encapsulation encapsulation = Encapsulation::kUdp;
  PidMap<InputPidAction> pids;
  Ticks27 jitter_depth = Ticks27::milliseconds(100);   // network jitter that the timeline takes out
  Ticks27 reorder_window = Ticks27::milliseconds(20);  // how long a missing RTP packet is waited for
  std::uint32_t history_frames = 2048;                 // least capacity of the history ring, a power of two
  Ticks27 held_for;  // of a file: at least so long its history keeps a frame, in the feed's own memory
  friend bool operator==(const InputPlan&, const InputPlan&) = default;
};

// One table that the output inserts, ready to send but for continuity_counter, which the worker writes.
struct PsiImage {
  Pid pid = kPatPid;
  Ticks27 interval = Ticks27::milliseconds(100);
  std::vector<ts::Packet> packets;
  enum class Kind : std::uint8_t { kPat, kPmt, kSdt } kind = Kind::kPat;
  friend bool operator==(const PsiImage&, const PsiImage&) = default;
};

// Where the datagrams go; every header field but lengths, checksums, IP identification and RTP's counters is
// fixed.
struct Destination {
  PortIndex port;
  wire::MacAddress source_mac;
  wire::Ipv4Address source;
  std::uint16_t source_port = 0;
  wire::Ipv4Address group;
  std::uint16_t group_port = 0;
  std::optional<std::uint16_t> vlan;
  std::uint8_t ttl = 16;
  std::uint8_t dscp = 34;  // AF41
  bool rtp = false;
  std::uint32_t ssrc = 0;
  std::uint16_t first_sequence = 0;  // of the slot's first RTP packet; goes on by itself from there
  friend bool operator==(const Destination&, const Destination&) = default;
};

struct OutputPlan {
  static constexpr std::uint16_t kNotRouted = 0xFFFF;

  OutputSlot slot;
  std::string id;
  InputSlot input;
  WorkerIndex worker;                       // its input's
  PidMap<std::uint16_t> route{kNotRouted};  // input PID -> output PID; nulls are kept by routing 0x1FFF
  std::vector<std::shared_ptr<const PsiImage>> psi;
  Destination destination;
  Ticks27 delay = Ticks27::milliseconds(200);  // due-out = due-in + delay
  bool drop_scrambled = false;  // the channel is refused when scrambled: such packets are dropped, counted
  // From which packet of the input on this part holds; earlier packets still belong to the slot's part
  // before. Lets a PMT change reach the air at the packet at which the input made it. At the change the new
  // PSI is sent at once. 0: at adoption.
  StreamPosition effective_from;
  // Tables by pointer: compile shares those that did not change.
  friend bool operator==(const OutputPlan&, const OutputPlan&) = default;
};

struct PortPlan {
  PortIndex index;
  std::string id;
  wire::MacAddress mac;
  std::vector<wire::Ipv4Address> addresses;
  std::optional<std::uint16_t> vlan;
  friend bool operator==(const PortPlan&, const PortPlan&) = default;
};

struct Plan {
  std::uint64_t generation = 0;
  std::vector<std::shared_ptr<const PortPlan>> ports;
  Parts<InputPlan> inputs;
  Parts<OutputPlan> outputs;
};

}  // namespace headwater::dataplane
