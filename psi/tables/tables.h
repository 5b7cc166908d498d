// SPDX-License-Identifier: Apache-2.0
//
// Program and service tables as values: what PAT, PMT and SDT say, without their wire form. psi/dvbpsi
// decodes and encodes them. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "psi/base/pid.h"

namespace headwater::psi {

// EN 300 468 clause 6.1: a tag and up to 255 bytes, kept as they came.
struct Descriptor {
  std::uint8_t tag = 0;
  std::vector<std::uint8_t> data;
  friend bool operator==(const Descriptor&, const Descriptor&) = default;
};

// ISO/IEC 13818-1 2.4.4.3.
struct Pat {
  struct Program {
    std::uint16_t number = 0;  // never 0: that entry is network_pid
    Pid pmt_pid = kNullPid;
    friend bool operator==(const Program&, const Program&) = default;
  };
  std::uint16_t transport_stream_id = 0;
  std::uint8_t version = 0;  // 0..31
  std::optional<Pid> network_pid;
  std::vector<Program> programs;  // as sent
  friend bool operator==(const Pat&, const Pat&) = default;
};

// ISO/IEC 13818-1 2.4.4.8.
struct Pmt {
  struct Stream {
    std::uint8_t type = 0;
    Pid pid = kNullPid;
    std::vector<Descriptor> descriptors;
    friend bool operator==(const Stream&, const Stream&) = default;
  };
  std::uint16_t program_number = 0;
  std::uint8_t version = 0;
  Pid pcr_pid = kNullPid;  // 0x1FFF: the program has none
  std::vector<Descriptor> descriptors;
  std::vector<Stream> streams;  // as sent
  friend bool operator==(const Pmt&, const Pmt&) = default;
};

// EN 300 468 5.2.3; actual transport stream (table_id 0x42) only.
struct Sdt {
  struct Service {
    std::uint16_t id = 0;
    bool eit_schedule = false;
    bool eit_present_following = false;
    std::uint8_t running_status = 4;  // table 6: 4 running
    bool free_ca = false;             // true: at least one component is scrambled
    std::vector<Descriptor> descriptors;
    friend bool operator==(const Service&, const Service&) = default;
  };
  std::uint16_t transport_stream_id = 0;
  std::uint16_t original_network_id = 0;
  std::uint8_t version = 0;
  std::vector<Service> services;
  friend bool operator==(const Sdt&, const Sdt&) = default;
};

}  // namespace headwater::psi
