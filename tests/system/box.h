// SPDX-License-Identifier: Apache-2.0
//
// A set-top box of the lab that records what it joined: settop, its file, and what libdvbpsi reads in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "psi/tables/tables.h"
#include "psi/ts/packet.h"
#include "tests/system/lab.h"
#include "tests/system/process.h"

namespace headwater::test {

class Box {
 public:
  // `settop`: the program. `host`: box1..box4. Joins udp:// or rtp://GROUP:PORT and records into `file`.
  // Returns when the switch knows that it joined.
  Box(const Lab& lab, const std::string& settop, const std::string& host, const std::string& address,
      std::string file);

  // Waits until so many bytes are recorded. False when the time is over.
  [[nodiscard]] bool wait_recorded(std::uint64_t bytes,
                                   std::chrono::seconds longest = std::chrono::seconds(30)) const;
  // Waits until nothing more came for a second.
  void wait_quiet() const;
  // Ends it. What it saw; null where it failed.
  [[nodiscard]] nlohmann::json stop();
  [[nodiscard]] std::uint64_t recorded_bytes() const;
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] std::vector<ts::Packet> packets() const;  // of the file

 private:
  std::string file_;
  Process process_;
};

// Every table of a transport stream of one program that differs from the one before it, in order.
struct TablesSeen {
  std::vector<psi::Pat> pats;
  std::vector<psi::Pmt> pmts;
  std::vector<psi::Sdt> sdts;
};
[[nodiscard]] TablesSeen tables_of(const std::vector<ts::Packet>& packets);

// What other people's decoders read in a file, each line once, sorted.
// "program NUMBER pmt PID pcr PID "NAME"", and "stream PID CODEC" each.
[[nodiscard]] std::vector<std::string> read_by_ffprobe(const std::string& file);
// A line a table, eight fields with tabs between, the other tables' empty: of the PAT program and PID; of the
// PMT program, PCR PID, stream types, PIDs; of the SDT service and name.
[[nodiscard]] std::vector<std::string> read_by_tshark(const std::string& file);

}  // namespace headwater::test
