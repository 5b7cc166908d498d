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
#include "tests/support/process.h"
#include "tests/system/lab.h"

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
  // Waits until for a second nothing but tables came.
  [[nodiscard]] bool wait_quiet(std::chrono::seconds longest = std::chrono::seconds(30)) const;
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

}  // namespace headwater::test
