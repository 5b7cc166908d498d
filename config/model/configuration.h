// SPDX-License-Identifier: Apache-2.0
//
// The configuration as typed values, every default filled in, every profile merged: what config/yaml makes of
// the operator's files and what control works from. Immutable once made. Any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/model/location.h"
#include "psi/base/pid.h"

namespace headwater::config {

// Where the value of each key stands, by its name, "pids.pmt" for a nested one; no entry: the default counts.
using Places = std::map<std::string, Location, std::less<>>;

// Addresses stay text here, checked by config/yaml to be well-formed; control turns them into the wire's
// types.
struct Headend {
  std::string name = "headwater";
  std::uint16_t network_id = 1;
  std::uint16_t original_network_id = 1;
  std::vector<unsigned> workers{1};  // cores
  enum class Poll : std::uint8_t { kAdaptive, kBusy } poll = Poll::kAdaptive;
  std::uint64_t memory = 512ULL << 20;  // bytes of frame pools, taken at start
  bool huge_pages = true;               // false: ordinary memory (--no-huge), for machines without
  std::string state_directory = "/var/lib/headwater";
  std::string api_socket = "/run/headwater/api.sock";
  Location where;
  Places places;
};

struct PortAddress {
  std::string address;  // IPv4, dotted
  unsigned prefix = 24;
  Location where;
};

struct Port {
  std::string id;
  std::string device;  // a PCI address or a DPDK device string
  std::vector<PortAddress> addresses;
  std::optional<std::string> gateway;
  std::optional<std::uint16_t> vlan;
  std::optional<std::uint64_t> rate;  // bit/s on the wire
  std::optional<std::string> mac;     // overrides the device's own
  Location where;
  Places places;
};

struct Input {
  std::string id;
  enum class Kind : std::uint8_t { kUdp, kRtp, kFile } kind = Kind::kUdp;
  std::string port;   // id of a Port; empty for a file
  std::string group;  // destination address, multicast or unicast
  std::uint16_t udp_port = 0;
  std::optional<std::string> from;         // source address
  std::string path;                        // of a file
  std::optional<std::uint64_t> file_rate;  // bit/s where the file has no PCRs (or to override them)
  std::uint64_t jitter_ms = 100;           // network jitter taken out
  std::uint64_t reorder_ms = 20;
  std::uint64_t max_rate = 40'000'000;  // bit/s: sizes the history
  bool enabled = true;
  Location where;
  Places places;
};

struct Output {
  bool rtp = false;
  std::string group;
  std::uint16_t udp_port = 0;
  std::string port;                 // id of a Port
  std::optional<std::string> from;  // source address; default: the port's first
  std::optional<std::uint16_t> source_port;
  std::uint8_t dscp = 34;  // AF41
  std::uint8_t ttl = 16;
  bool keep_nulls = false;
  Location where;
  Places places;
};

// Which elementary streams go out. Empty lists: no restriction.
struct StreamFilter {
  std::vector<std::string> keep;       // kinds: video audio teletext subtitle ait scte35 data other
  std::vector<std::string> languages;  // ISO 639-2; streams that say no language are kept
  std::vector<Pid> only;               // input PIDs
  std::vector<Pid> drop;               // input PIDs
  friend bool operator==(const StreamFilter&, const StreamFilter&) = default;
};

// Output PIDs.
struct PidPlan {
  enum class Mode : std::uint8_t {
    kKeep,      // as in the input
    kAllocate,  // from `first` upward, kept in the store
  } mode = Mode::kKeep;
  std::uint16_t first = 0x100;
  std::optional<Pid> pmt;
  std::optional<Pid> video;          // the first video stream
  std::map<std::uint16_t, Pid> map;  // input PID -> output PID; its place is "pids.map.<input PID, decimal>"
  friend bool operator==(const PidPlan&, const PidPlan&) = default;
};

struct Channel {
  std::string id;
  std::string name;      // in the SDT
  std::string provider;  // in the SDT; empty: the input's own
  std::optional<unsigned> number;
  std::vector<std::string> inputs;                   // order of preference; the first is used
  std::vector<Location> input_places;                // one for each of `inputs`
  std::optional<std::uint16_t> program;              // in the input; none: its only one
  std::optional<std::uint16_t> service_id;           // in the output; none: allocated and kept
  std::optional<std::uint8_t> service_type;          // in the SDT; none: the input's, or by its streams
  std::optional<std::uint16_t> transport_stream_id;  // none: allocated and kept
  std::vector<Output> outputs;
  StreamFilter streams;
  PidPlan pids;
  std::uint64_t delay_ms = 150;  // so that a changed PMT is on air within 200 ms
  enum class Scrambled : std::uint8_t { kPass, kRefuse } scrambled = Scrambled::kRefuse;
  bool enabled = true;
  Location where;
  Places places;
};

struct Configuration {
  Headend headend;
  std::vector<Port> ports;
  std::vector<Input> inputs;
  std::vector<Channel> channels;
};

}  // namespace headwater::config
