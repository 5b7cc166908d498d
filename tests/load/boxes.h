// SPDX-License-Identifier: Apache-2.0
//
// Set-top boxes of many channels on one host, in one thread: each a kernel socket of its own, joined to its
// group, that counts every datagram and packet that comes.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "dataplane/wire/address.h"
#include "tests/load/load_thread.h"
#include "tests/load/stamp.h"
#include "tests/support/settop/sockets.h"
#include "tests/support/settop/stream_report.h"

namespace headwater::test {

class Boxes {
 public:
  // Joins in the caller's network namespace, channel by channel. Throws std::runtime_error.
  explicit Boxes(const std::vector<wire::Ipv4Address>& groups);

  // Until it is told to stop, and nothing more waits.
  void run(const std::stop_token& stop, LoadThread::Cost& cost);

  struct Box {
    settop::Receiver receiver;
    settop::StreamReport report;
    StampCheck stamps;
  };
  // When run() is over.
  [[nodiscard]] const std::vector<Box>& all() const { return boxes_; }

 private:
  bool take();  // false: there was nothing
  std::vector<Box> boxes_;
};

}  // namespace headwater::test
