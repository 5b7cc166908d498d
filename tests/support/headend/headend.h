// SPDX-License-Identifier: Apache-2.0
//
// A whole headend in virtual time: the real configuration reader, conductor and worker over ports in memory.
// Only threads, clocks and devices are missing. What arrives is given with its instant; what leaves is kept
// with its own.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/model/configuration.h"
#include "control/conduct/conductor.h"
#include "control/log/log.h"
#include "control/store/store.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/channel/inject_ring.h"
#include "dataplane/channel/plan_ring.h"
#include "dataplane/channel/punt_ring.h"
#include "dataplane/kernel/file_feed.h"
#include "dataplane/kernel/memory_port.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/worker.h"
#include "tests/support/headend/datagrams.h"

namespace headwater::test {

struct HeadendOptions {
  std::filesystem::path directory = ".";            // relative paths of the configuration begin here
  Ticks27 control_turn = Ticks27::milliseconds(2);  // how often control looks
  std::shared_ptr<control::Store> store;            // none: one of its own, in memory
  std::size_t spare_slots = 0;                      // for what later configurations bring
  std::uint64_t file_loops = 0;                     // file inputs end after so many; 0: never
  Instant start = Instant{Ticks27::seconds(1000).value};
};

class Headend {
 public:
  // Throws std::runtime_error with every error of the configuration.
  explicit Headend(std::string_view yaml, HeadendOptions options = {});
  ~Headend();  // a failure of the test where the ledger does not balance

  // Another configuration from now on, as `config apply` does it; its ports and files are the same.
  // Throws as the constructor does.
  void apply(std::string_view yaml);

  [[nodiscard]] Instant now() const { return now_; }
  void arrive(std::string_view port, Instant at, Bytes frame);
  void run_until(Instant until);

  [[nodiscard]] const control::Conductor& conductor() const { return *conductor_; }
  [[nodiscard]] control::ChannelStatus channel(std::string_view id) const;
  [[nodiscard]] const dataplane::InputCounters& input(std::string_view id) const;
  // Of the channel's n-th output.
  [[nodiscard]] const dataplane::OutputCounters& output(std::string_view channel,
                                                        std::size_t index = 0) const;
  [[nodiscard]] const dataplane::PortCounters& port_counters(std::string_view port) const;
  [[nodiscard]] const std::vector<std::string>& log() const { return log_lines_; }

  // What left to a group so far, in order. `rtp`: the output is RTP. Frames that no box would take are an
  // error.
  [[nodiscard]] std::vector<ReceivedDatagram> sent_to(std::string_view group, bool rtp = false) const;
  [[nodiscard]] std::vector<ts::Packet> packets_to(std::string_view group, bool rtp = false) const;

  // Every equation of every input, output and port that does not balance, in words. Empty: all do.
  [[nodiscard]] std::string ledger() const;

 private:
  void control_turn();
  void feed(const dataplane::Plan& plan);
  void apply(const std::shared_ptr<const config::Configuration>& configuration);
  [[nodiscard]] dataplane::MemoryPort& port(std::string_view id) const;
  [[nodiscard]] dataplane::WorkerLinks links();

  HeadendOptions options_;
  std::shared_ptr<const config::Configuration> configuration_;
  Instant now_;
  Instant next_control_;
  std::vector<std::string> log_lines_;
  control::Log log_;
  std::shared_ptr<control::Store> store_;
  std::unique_ptr<dataplane::channel::CounterBlocks> counters_;
  dataplane::channel::PlanRing plan_;
  dataplane::channel::PuntRing punt_;
  dataplane::channel::InjectRing inject_;
  std::vector<std::unique_ptr<dataplane::MemoryPort>> ports_;
  std::vector<dataplane::Port*> plain_ports_;
  std::map<std::string, std::unique_ptr<dataplane::FileFeed>> feeds_;  // by input id
  std::vector<dataplane::channel::FeedRing*> rings_;
  std::unique_ptr<dataplane::Crew> crew_;
  std::unique_ptr<control::Conductor> conductor_;
  std::unique_ptr<dataplane::Worker> worker_;
};

}  // namespace headwater::test
