// SPDX-License-Identifier: Apache-2.0
//
// Keeps what is on the air in step with the configuration and with what the inputs carry: punted sections in,
// Plans out. The program calls on_punt for each record and step in every turn; all state that the API shows
// is had from here. Control thread; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "config/model/compare.h"
#include "config/model/configuration.h"
#include "config/model/location.h"
#include "control/compile/compiler.h"
#include "control/inputs/input_tables.h"
#include "control/lineup/carried.h"
#include "control/lineup/decision.h"
#include "control/lineup/numbers.h"
#include "control/log/log.h"
#include "control/publish/publisher.h"
#include "control/publish/rates.h"
#include "control/store/store.h"
#include "dataplane/channel/counter_blocks.h"
#include "dataplane/channel/plan_ring.h"
#include "dataplane/channel/punt_ring.h"

namespace headwater::control {

// All of it outlives the conductor; the workers end before it.
struct ConductorLinks {
  Store& store;
  Log& log;
  std::span<dataplane::channel::PlanRing> plans;  // to each worker
  dataplane::channel::MakeStep make_step;
  const dataplane::channel::CounterBlocks& counters;  // as many as there are slots
  std::function<std::uint32_t()> random;  // 32 random bits, for RTP's SSRC and first sequence number
  // Before a worker may see the Plan: files are fed to the slots that it gives them.
  std::function<void(const dataplane::Plan&)> before_publish = [](const dataplane::Plan&) {};
  // NUMA nodes of the workers' cores; none: not known.
  std::vector<std::optional<unsigned>> nodes = std::vector<std::optional<unsigned>>(plans.size());
};

struct ChannelStatus {
  const config::Channel* config = nullptr;
  ChannelState state = ChannelState::kWaiting;
  std::string reason;              // empty on air
  std::vector<std::string> notes;  // also of outputs that are refused while others are on air
  std::string input;
  std::optional<std::uint16_t> program;  // in the input, once chosen
  const ChannelNumbers* numbers = nullptr;
  // What the outputs send: also while waiting, where that is what was on the air before. nullptr: nothing, or
  // tables alone.
  std::shared_ptr<const Decision> on_air;
  std::vector<CompiledOutput> outputs;  // in the order of the configuration
};

struct InputStatus {
  const config::Input* config = nullptr;
  std::optional<dataplane::InputSlot> slot;  // none: disabled, or refused
  dataplane::WorkerIndex worker;             // that owns it, where it has a slot
  std::string refusal;
  Carried::Signal signal = Carried::Signal::kNone;
  const InputTables* tables = nullptr;  // never nullptr
};

class Conductor {
 public:
  // An input that sends packets for so long without a PAT has none.
  static constexpr Ticks27 kTablesPatience = Ticks27::seconds(2);
  // A program whose PMT has not come so long after the PAT named it has none; TR 101 290 1.5.a: 0.5 s.
  static constexpr Ticks27 kPmtPatience = Ticks27::seconds(2);
  // TS 101 211 4.4: at most 2 s between two SDTs (actual); after this an input with a PAT has none.
  static constexpr Ticks27 kSdtPatience = Ticks27::seconds(3);
  // How often counters are looked at; sections are looked at in every turn.
  static constexpr Ticks27 kWatchInterval = Ticks27::milliseconds(50);
  // Plans between two steps: versions beyond these become one.
  static constexpr int kMostFollows = 8;
  static constexpr Ticks27 kWriteAgain = Ticks27::seconds(5);

  explicit Conductor(const ConductorLinks& links);

  // Runs this configuration from now on. Problems: nothing changed, the one before runs on. `difference`:
  // from configuration(), where the caller has it already.
  [[nodiscard]] std::vector<config::Problem> apply(
      const std::shared_ptr<const config::Configuration>& configuration, std::vector<PortFact> ports,
      Instant now, FileFacts files = {}, std::optional<config::Difference> difference = {});
  // A punted section; other kinds are not for us and are passed over.
  void on_punt(const dataplane::channel::PuntHeader& header, Bytes bytes);
  // Decides anew what the sections since the last turn changed, and publishes it. Cheap without any.
  void step(Instant now);

  // In the order of the configuration; references hold until the next apply or step.
  [[nodiscard]] std::vector<ChannelStatus> channels() const;
  [[nodiscard]] std::vector<InputStatus> inputs() const;
  [[nodiscard]] const Rates& rates() const { return rates_; }
  // Why what was decided is not in the store yet; empty: it is.
  [[nodiscard]] const std::string& store_trouble() const { return store_trouble_; }
  // The one that runs; never nullptr.
  [[nodiscard]] const std::shared_ptr<const config::Configuration>& configuration() const {
    return configuration_;
  }
  // nullptr before the first. Whoever keeps it lets go of it where the conductor may be called.
  [[nodiscard]] std::shared_ptr<const dataplane::Plan> plan() const { return compiler_.plan(); }
  // Oldest generation that a worker uses.
  [[nodiscard]] std::uint64_t in_use() const { return publisher_.in_use(); }

 private:
  struct InputRun {
    std::shared_ptr<InputTables> tables = std::make_shared<InputTables>();
    std::optional<dataplane::InputSlot> slot;
    std::uint64_t life = 0;  // of the stream in it, as the compiler has it; 0: none
    // The generation that gave it the slot: before the worker has that, the counters are another's. 0: it
    // has.
    std::uint64_t since = 0;
    Carried::Signal signal = Carried::Signal::kNone;
    std::optional<Instant> heard_since;   // packets, without a silence
    std::optional<Instant> tables_since;  // a PAT
    bool sdt_expected = true;             // not seen, but it may come
    Instant watched;                      // when all this was last looked at
    std::optional<Instant> pmt_overdue;   // when the next PMT that has not come will be
    bool any_overdue = false;             // a PMT is already
    bool broken_sections = false;         // came, since tables last did
    std::uint64_t section_errors = 0;     // until then
    bool dirty = false;
    std::set<std::uint64_t> news;  // tables that came since it was last decided by
  };
  struct Outcome {
    ChannelState state = ChannelState::kWaiting;
    std::string reason;
    friend bool operator==(const Outcome&, const Outcome&) = default;
  };
  struct ChannelRun {
    std::shared_ptr<const Decision> decision;
    std::shared_ptr<const TableSet> tables;
    std::optional<std::uint16_t> last_program;  // of the stream that it takes now
    std::optional<Outcome> told;
  };

  void take_over(CompileTurn turn, config::Difference difference, std::vector<PortFact> ports,
                 FileFacts files, Instant now) noexcept;
  // Of each input of `next`: it is the stream that it was.
  [[nodiscard]] std::vector<bool> going_on(const config::Configuration& next, const config::Pairing& inputs,
                                           const FileFacts& files) const;
  void move_inputs(const config::Pairing& inputs, const std::vector<bool>& goes_on);
  void move_channels(const config::Difference& difference, const std::vector<bool>& goes_on);
  // Of which something that decides differs.
  [[nodiscard]] std::vector<std::size_t> undecided(const config::Difference& difference,
                                                   const std::vector<bool>& goes_on,
                                                   const std::vector<std::size_t>& renumbered) const;
  // What the passing of time alone decides.
  void watch(Instant now);
  [[nodiscard]] static Carried::Signal listen(InputRun& input, const dataplane::InputCounters& counters,
                                              Instant now);
  // Whether the time for a PMT has run out, or why it does not come is known now.
  [[nodiscard]] static bool misses_pmt(InputRun& input, const dataplane::InputCounters& counters);
  static void expect_pmts(InputRun& input);
  void report_signal(std::size_t input, Carried::Signal signal) const;
  [[nodiscard]] static Carried look_at(const InputRun& input);
  void decide_channel(std::size_t channel, bool on_air, std::vector<Allocation>& fresh);
  // On the configuration that runs.
  [[nodiscard]] CompileTurn next_turn() const;
  void take_up(const std::vector<std::size_t>& inputs);
  void forget(InputRun& input);
  [[nodiscard]] bool follows_first(const InputRun& input, Pid pid, std::uint64_t table) const;
  // What is dirty is decided anew and published.
  void follow();
  void publish();
  // On an error all that is not written is tried again every kWriteAgain.
  void remember(const std::vector<Allocation>& fresh, Instant now);
  [[nodiscard]] ChannelStatus status_of(std::size_t channel) const;
  [[nodiscard]] Outcome outcome_of(std::size_t channel) const;
  void report(const std::vector<std::size_t>& channels);
  // Of those that were not there before: where no worker is near.
  void report_far(const std::vector<PortFact>& before) const;
  void report_displaced(const std::string& channel, const ChannelNumbers& numbers) const;
  [[nodiscard]] InputRun* input_at(std::uint32_t slot, std::uint64_t life);

  ConductorLinks links_;
  Publisher publisher_;
  Rates rates_;
  std::shared_ptr<const config::Configuration> configuration_;
  config::Relations relations_;  // of it
  std::vector<PortFact> ports_;
  FileFacts files_;
  LineupNumbers numbers_;
  std::vector<InputRun> inputs_;      // by place in the configuration
  std::vector<ChannelRun> channels_;  // by place in the configuration
  Compiler compiler_;
  std::uint64_t published_ = 0;                      // generation
  std::vector<std::optional<std::size_t>> by_slot_;  // which of inputs_
  bool dirty_ = false;
  int follows_ = 0;         // since the last step
  bool unwritten_ = false;  // the store knows what the disk does not
  std::optional<Instant> watched_;
  std::optional<Instant> write_again_;  // the disk has refused something
  std::string store_trouble_;           // as it said
};

}  // namespace headwater::control
