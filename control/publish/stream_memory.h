// SPDX-License-Identifier: Apache-2.0
//
// The outputs' stream records in a file of the machine's shared memory (a tmpfs: no disk ever makes a worker
// wait), so that the next life of the appliance goes on by them, however this one ends: to the packet, since
// the workers count nowhere else. A reboot takes them. Where the file cannot be had, they are the process's
// own. Control thread; the records are the workers'.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "dataplane/plan/plan.h"
#include "dataplane/plan/stream_record.h"

namespace headwater::control {

class StreamMemory {
 public:
  enum class Before : std::uint8_t {
    kNone,  // nothing was ever sent: what begins, begins
    kLost,  // something was, and no file says what: each stream begins with a discontinuity
    kKept,  // the file has it
  };
  struct Start {
    Before before = Before::kNone;
    std::size_t streams = 0;  // that the file has
    std::string trouble;      // why the file of before is not used, or there is none now; empty: it is
  };

  // In `folder`, a tmpfs, for the appliance of this state directory, with `most` output slots. `sent_before`:
  // there was a life before this one, whatever the file says. The file of before is replaced
  // only once the new one has all of it.
  StreamMemory(const std::filesystem::path& folder, const std::filesystem::path& state_directory,
               std::size_t most, bool sent_before);
  StreamMemory(const StreamMemory&) = delete;
  StreamMemory& operator=(const StreamMemory&) = delete;
  ~StreamMemory();

  [[nodiscard]] const Start& start() const { return start_; }
  [[nodiscard]] std::span<dataplane::StreamRecord> records() { return records_; }

  // Before a worker may see the Plan: streams that come to a slot which no worker uses go on there from where
  // they were. Answers why the next life will not know some of them; empty: it will.
  [[nodiscard]] std::string bind(const dataplane::Plan& plan);

 private:
  class Descriptor;
  class Mapping;
  using Memory = std::unique_ptr<Mapping>;

  [[nodiscard]] std::expected<Memory, std::string> make(std::size_t outputs,
                                                        std::span<const dataplane::StreamRecord> kept);
  void lay_out(Memory memory, std::size_t outputs, std::size_t kept);
  using Left = std::map<std::uint64_t, dataplane::StreamRecord>;  // by stream
  void continue_stream(const dataplane::OutputPlan& part, const Left& left);
  // So that no worker meets a page that is not there.
  [[nodiscard]] std::string take_pages(std::size_t slot);

  Start start_;
  std::filesystem::path directory_;
  std::filesystem::path file_;
  std::unique_ptr<Descriptor> descriptor_;  // none: the memory is the process's own
  Memory memory_;
  std::vector<bool> taken_;                     // the pages of so many records each
  std::span<dataplane::StreamRecord> records_;  // by output slot
  // Of streams that are in no slot: of the life before, or gone from the Plan.
  std::map<std::uint64_t, dataplane::StreamRecord*> kept_;
  dataplane::Parts<dataplane::OutputPlan> bound_;
};

}  // namespace headwater::control
