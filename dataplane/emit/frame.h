// SPDX-License-Identifier: Apache-2.0
//
// From up to seven TS packets to a frame of one output: Ethernet, IPv4, UDP and, where asked for, RTP. RTP's
// sequence and IPv4's identification belong to the stream (StreamRecord) and go on over every Plan. One
// worker thread.
#pragma once

#include <cstddef>
#include <optional>

#include "dataplane/plan/frame.h"
#include "dataplane/plan/plan.h"
#include "dataplane/plan/stream_record.h"
#include "dataplane/wire/datagram_template.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class Framer {
 public:
  explicit Framer(StreamRecord& record) : record_(record) {}

  // From now on to this destination.
  void address(const Destination& destination);

  // Where the TS packets begin in a frame.
  [[nodiscard]] std::size_t payload_offset() const { return headers_->bytes.size(); }

  // Writes the headers around `payload_length` bytes that lie at payload_offset(), and sets frame.length.
  // `departure`: the datagram's nominal one.
  void finish(Frame& frame, std::size_t payload_length, Instant departure);
  // A datagram that could not be built: its RTP sequence number is missing, as its packets are.
  void skip();

 private:
  struct Headers {
    Destination destination;
    wire::DatagramTemplate bytes;
  };

  StreamRecord& record_;
  std::optional<Headers> headers_;
};

}  // namespace headwater::dataplane
