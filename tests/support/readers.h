// SPDX-License-Identifier: Apache-2.0
//
// What other people's decoders read in a file of a transport stream, each line once, sorted. Throws
// std::runtime_error with what they say where they fail.
#pragma once

#include <string>
#include <vector>

namespace headwater::test {

// "program NUMBER pmt PID pcr PID "NAME"", and "stream PID CODEC" each.
[[nodiscard]] std::vector<std::string> read_by_ffprobe(const std::string& file);
// A line a table, eight fields with tabs between, the other tables' empty: of the PAT program and PID; of the
// PMT program, PCR PID, stream types, PIDs; of the SDT service and name.
[[nodiscard]] std::vector<std::string> read_by_tshark(const std::string& file);

}  // namespace headwater::test
