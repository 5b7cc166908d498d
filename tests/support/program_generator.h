// SPDX-License-Identifier: Apache-2.0
//
// Makes a transport stream of any programs, the same each time: PAT, PMT, SDT, PES with PTS, PCRs, nulls,
// each packet with the instant at which a perfect encoder would have sent it. The encoder's clock may be
// wrong by any ppm. Payload bytes are a hash of (seed, PID, position), so that what is missing or doubled
// shows. Virtual time only.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "psi/base/pid.h"
#include "psi/base/ticks.h"
#include "psi/tables/tables.h"
#include "psi/ts/packet.h"

namespace headwater::test {

struct StreamSpec {
  Pid pid = kNullPid;
  std::uint8_t type = 0x1B;
  std::uint64_t bitrate = 1'000'000;                  // bit/s of TS packets
  Ticks27 unit_interval = Ticks27::milliseconds(40);  // one PES packet each
  std::vector<psi::Descriptor> descriptors;
  std::uint8_t stream_id = 0xE0;
  bool scrambled = false;
};

struct ProgramSpec {
  std::uint16_t number = 1;
  Pid pmt_pid = Pid::from_wire(0x1000);
  Pid pcr_pid = kNullPid;  // 0x1FFF: no PCRs. One of the streams' PIDs: PCRs in its packets; else in packets
                           // of their own
  Ticks27 pcr_interval = Ticks27::milliseconds(40);
  std::vector<StreamSpec> streams;
  std::vector<psi::Descriptor> descriptors;
  std::string name = "service";
  std::string provider = "provider";
  std::uint8_t service_type = 1;
};

struct StreamPlan {
  std::vector<ProgramSpec> programs;
  std::uint16_t transport_stream_id = 1;
  std::uint64_t rate = 5'000'000;  // bit/s of the constant-rate multiplex
  bool nulls = true;               // false: empty slots are left out
  double clock_ppm = 0;            // the encoder's clock against true time
  Instant start{0};
  Pcr first_pcr;
  bool sdt = true;
  std::uint32_t seed = 0;  // of the payload: another one, where streams must not be taken for each other
};

struct TimedPacket {
  ts::Packet packet{};
  Instant sent;
};

class ProgramGenerator {
 public:
  explicit ProgramGenerator(StreamPlan plan);

  TimedPacket next();
  // Every packet sent before `until`.
  std::vector<TimedPacket> until(Instant until);

  // From now on the programs are these; versions of the tables that differ step by one.
  void change(std::vector<ProgramSpec> programs);

  // Source time of a true instant, and the PCR there.
  [[nodiscard]] std::int64_t source_ticks(Instant at) const;

 private:
  struct Unit {            // a packet that waits for its slot
    std::int64_t due = 0;  // source ticks
    std::uint64_t order = 0;
    ts::Packet packet{};
    bool wants_pcr = false;
  };
  struct StreamState {
    StreamSpec spec;
    bool carries_pcr = false;
    std::int64_t next_unit = 0;  // source ticks
    std::uint64_t position = 0;  // payload bytes made so far
  };
  struct PcrState {
    Pid pid = kNullPid;
    Ticks27 interval;
    std::int64_t next = 0;
  };
  struct TableState {
    std::vector<std::vector<std::uint8_t>> sections;
    Pid pid = kPatPid;
    std::int64_t interval = 0;
    std::int64_t next = 0;
  };

  void make_tables();
  void make_units(std::int64_t until);
  void make_unit(StreamState& stream, bool pcr);
  void push(Unit unit);
  void stamp_continuity(ts::Packet& packet);

  StreamPlan plan_;
  std::vector<StreamState> streams_;
  std::vector<PcrState> pcrs_;
  std::vector<TableState> tables_;
  std::deque<Unit> units_;  // a heap by (due, order)
  std::vector<std::uint8_t> continuity_;
  std::uint8_t pat_version_ = 0, sdt_version_ = 0;
  std::vector<std::uint8_t> pmt_versions_;  // by program number
  std::uint64_t order_ = 0;
  std::int64_t slot_ = 0;
};

// A television service: video with PCRs, `audio` audio streams; PIDs from `first_pid` up, PMT at first_pid.
ProgramSpec television(std::uint16_t number, std::uint16_t first_pid, std::uint64_t video_rate,
                       unsigned audio = 1);
// A radio service of one MP2 stream, PCRs on it.
ProgramSpec radio(std::uint16_t number, std::uint16_t first_pid, std::uint64_t rate);

}  // namespace headwater::test
