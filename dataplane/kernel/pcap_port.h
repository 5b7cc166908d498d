// SPDX-License-Identifier: Apache-2.0
//
// A port on capture files: frames of one arrive in their time, what is sent is written to another on the same
// time scale. For tests and for looking at a recording; it reads and writes files in the worker's thread. The
// only user of libpcap. One thread.
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "dataplane/kernel/plain_pool.h"
#include "dataplane/plan/port.h"

namespace headwater::dataplane {

class PcapPort : public Port {
 public:
  struct Files {
    std::optional<std::string> receive;  // none: nothing ever arrives
    std::optional<std::string> send;     // none: what is sent vanishes
  };

  // Errors name the file and the reason. The first frame arrives at the first call of receive().
  static std::expected<std::unique_ptr<PcapPort>, std::string> open(const Files& files,
                                                                    std::size_t frames = 8192);
  ~PcapPort() override;

  std::size_t receive(Instant now, std::span<Frame> frames) override;
  std::size_t allocate(std::span<Frame> frames) override { return pool_.allocate(frames); }
  std::size_t send(Instant now, std::span<const Frame> frames, std::span<const Instant> departures) override;

  // Nothing more will arrive.
  [[nodiscard]] bool finished() const;
  // When the next frame arrives; for simulation. nullopt: never, or not before the first receive().
  [[nodiscard]] std::optional<Instant> next_arrival() const;
  [[nodiscard]] std::size_t missed() const { return missed_; }  // without a free frame, or too long

 private:
  struct Capture;

  PcapPort(std::size_t frames, std::unique_ptr<Capture> capture);

  PlainPool pool_;
  std::unique_ptr<Capture> capture_;
  std::size_t missed_ = 0;
};

}  // namespace headwater::dataplane
