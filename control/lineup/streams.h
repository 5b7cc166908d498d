// SPDX-License-Identifier: Apache-2.0
//
// Which elementary streams of the program a channel takes: the operator's filter by kind, language and PID.
// Pure.
#pragma once

#include <string>
#include <vector>

#include "config/model/configuration.h"
#include "psi/tables/streams.h"
#include "psi/tables/tables.h"

namespace headwater::control {

struct Component {
  psi::Pmt::Stream stream;
  psi::StreamInfo info;
};

// A PID that can carry an elementary stream at all: ISO/IEC 13818-1 table 2-3.
[[nodiscard]] bool can_carry_stream(Pid pid);

[[nodiscard]] bool passes(const config::StreamFilter& filter, const Component& component);

// In the order of the PMT. Streams on PIDs that can carry none are left out, with a note.
[[nodiscard]] std::vector<Component> select_streams(const config::StreamFilter& filter, const psi::Pmt& pmt,
                                                    std::vector<std::string>& notes);

// "video H.264 (0x100), audio AC-3 deu (0x101)": what a program has, for messages.
[[nodiscard]] std::string list_streams(const psi::Pmt& pmt);

}  // namespace headwater::control
