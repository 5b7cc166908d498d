// SPDX-License-Identifier: Apache-2.0
//
// When each packet of a TS file is due, from the file's PCRs or at a given rate: the pure part of playing a
// file. 188, 192 and 204 byte packets; bytes that are in no packet are counted. The reference PID is the
// one with most intervals between PCRs that can be used. Between two of its PCRs packets are due evenly by
// their number; before the first, after the last and over a PCR discontinuity at the rate next to it.
// Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/kernel/file_reader.h"
#include "psi/base/bytes.h"
#include "psi/base/pid.h"
#include "psi/base/ticks.h"

namespace headwater::dataplane {

class FileSchedule {
 public:
  // `rate` in bit/s of 188-byte packets overrides the PCRs. The error names the file and says what it lacks
  // and what to do.
  static std::expected<FileSchedule, std::string> make(FileReader& file, std::optional<std::uint64_t> rate);
  // The same of a file in memory, without its name.
  static std::expected<FileSchedule, std::string> make(Bytes file, std::optional<std::uint64_t> rate);

  [[nodiscard]] std::size_t packets() const { return offsets_.size(); }
  [[nodiscard]] std::size_t offset(std::size_t index) const { return offsets_[index]; }  // of the sync byte
  [[nodiscard]] Ticks27 due(std::size_t index) const { return {due_[index]}; }  // from the start of the file
  [[nodiscard]] Ticks27 duration() const { return duration_; }  // to the same point of the next loop
  [[nodiscard]] std::size_t busiest_second() const { return busiest_second_; }  // most packets due in any one
  [[nodiscard]] std::size_t torn_bytes() const { return torn_bytes_; }          // in no whole packet
  [[nodiscard]] std::optional<Pid> reference_pid() const {
    return reference_;
  }  // none: played at a given rate

 private:
  struct Scan;

  static std::expected<FileSchedule, std::string> from(Scan scan, std::optional<std::uint64_t> rate);
  void schedule_by_rate(std::uint64_t rate);
  bool schedule_by_pcr(Scan& scan);
  [[nodiscard]] std::size_t most_within_a_second() const;

  std::vector<std::size_t> offsets_;
  std::vector<std::int64_t> due_;
  Ticks27 duration_;
  std::size_t torn_bytes_ = 0;
  std::size_t busiest_second_ = 0;
  std::optional<Pid> reference_;
};

}  // namespace headwater::dataplane
