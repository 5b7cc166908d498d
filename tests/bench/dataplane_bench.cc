// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/dataplane_bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <optional>

#include "dataplane/channel/counter_blocks.h"
#include "dataplane/plan/ledger.h"
#include "dataplane/worker/crew.h"
#include "dataplane/worker/step.h"
#include "dataplane/worker/worker.h"
#include "tests/bench/channel_source.h"
#include "tests/bench/ports.h"
#include "tests/support/heap/heap_use.h"

namespace headwater::bench {
namespace {

using dataplane::Crew;
using dataplane::Plan;
using dataplane::Port;
using dataplane::Step;
using dataplane::Worker;
using dataplane::WorkerLinks;

// Of this thread: what the machine does beside it costs it caches, but is not counted.
std::chrono::nanoseconds cpu_time() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

constexpr Ticks27 kWarmUp = Ticks27::seconds(1);
constexpr Ticks27 kSlice = Ticks27::milliseconds(5);
constexpr Ticks27 kTurn = Ticks27::microseconds(50);
// 200 ms of delay, what a history keeps beside it, and some bursts.
constexpr std::size_t kFramesAChannel = 128;
constexpr std::size_t kFrames = 8192;

std::size_t receiving_frames(std::uint32_t channels) {
  return kFrames + kFramesAChannel * channels;
}

std::unique_ptr<BenchPort> make_port(DataplaneOptions::Ports kind, std::uint32_t index, std::size_t frames) {
  if (kind == DataplaneOptions::Ports::kSynthetic) return std::make_unique<SyntheticPort>(frames);
  return std::make_unique<NullDevicePort>(index, frames);
}

struct Run {
  std::uint64_t packets = 0;
  std::chrono::nanoseconds time{};
  std::uint64_t allocations = 0;
  std::string lost;  // empty: nothing
};

class Bench {
 public:
  Bench(DataplaneOptions::Ports ports, std::uint32_t channels)
      : source_(channels),
        west_(make_port(ports, 0, receiving_frames(channels))),
        east_(make_port(ports, 1, kFrames)),
        counters_(2, channels, channels),
        punt_(std::size_t{1} << 22),
        inject_(4096),
        ports_{west_.get(), east_.get()},
        plan_(source_.plan()),
        crew_(1, channels),
        links_({.plan = plan_ring_,
                .punt = punt_,
                .inject = inject_,
                .counters = counters_,
                .ports = ports_,
                .feeds = {},
                .crew = crew_}),
        worker_(links_) {
    plan_.generation = 1;
    step_.emplace(links_, Plan{}, plan_);
    static_cast<void>(plan_ring_.try_publish(&*step_));  // it is empty
  }

  Run run(Ticks27 measured) {
    advance(kWarmUp);
    Run result;
    const std::uint64_t packets = emitted();
    const test::HeapUse before = test::heap_use();
    result.time = advance(measured);
    result.allocations = (test::heap_use() - before).requests;
    result.packets = emitted() - packets;
    result.lost = lost();
    return result;
  }

 private:
  // What the worker's turns took, without making what they work on.
  std::chrono::nanoseconds advance(Ticks27 length) {
    std::chrono::nanoseconds taken{};
    for (const Instant end = now_ + length; now_ < end;) {
      const Instant slice_end = std::min(end, now_ + kSlice);
      prepare(slice_end);
      const std::chrono::nanoseconds begin = cpu_time();
      while (now_ < slice_end) {
        worker_.run_once(now_);
        now_ = std::min(slice_end, next_turn());
      }
      taken += cpu_time() - begin;
    }
    return taken;
  }

  [[nodiscard]] Instant next_turn() const {
    Instant next = worker_.next_deadline(now_);
    if (const auto arrival = west_->next_arrival()) next = std::min(next, *arrival);
    const std::int64_t turns = std::max<std::int64_t>((next - now_).value / kTurn.value, 0) + 1;
    return now_ + kTurn * turns;
  }

  void prepare(Instant until) {
    MutableBytes frame;
    while (source_.next_arrival() < until && west_->prepare(source_.next_arrival(), kFrameSize, frame)) {
      source_.write(frame);
    }
    while (punt_.try_pop(punted_)) {
    }
  }

  [[nodiscard]] std::uint64_t emitted() const {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < counters_.max_outputs(); ++i) sum += counters_.output({i}).emitted.get();
    return sum;
  }

  [[nodiscard]] std::string lost() const {
    for (std::uint32_t i = 0; i < counters_.max_outputs(); ++i) {
      const dataplane::InputCounters& input = counters_.input({i});
      const dataplane::OutputCounters& output = counters_.output({i});
      const std::uint64_t drops = input.drop_history_full.get() + input.drop_sync.get() +
                                  input.cc_error.get() + output.expelled.get() + output.drop_tx_full.get() +
                                  output.drop_no_buffer.get();
      if (drops != 0) return fmt::format("channel {} lost {} packets", i, drops);
      if (output.emitted.get() == 0) return fmt::format("channel {} sent nothing", i);
    }
    if (source_.next_arrival() < now_) return "the pool of frames was too small";
    return {};
  }

  ChannelSource source_;
  std::unique_ptr<BenchPort> west_, east_;
  dataplane::channel::CounterBlocks counters_;
  dataplane::channel::PlanRing plan_ring_;
  dataplane::channel::PuntRing punt_;
  dataplane::channel::PuntRing::Record punted_;
  dataplane::channel::InjectRing inject_;
  std::array<Port*, 2> ports_;
  Plan plan_;
  Crew crew_;
  WorkerLinks links_;
  Worker worker_;
  std::optional<Step> step_;
  Instant now_;
};

template <typename Value>
Value median(std::vector<Value> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

std::uint64_t null_device_memory(const DataplaneOptions& options) {
  const std::uint32_t most = options.channels.empty() ? 0 : std::ranges::max(options.channels);
  return NullDevicePort::memory_of(receiving_frames(most)) + NullDevicePort::memory_of(kFrames);
}

std::expected<std::vector<Figure>, std::string> measure_dataplane(const DataplaneOptions& options) {
  std::vector<Figure> figures;
  for (const std::uint32_t channels : options.channels) {
    const std::string name = fmt::format("{} channels", channels);
    std::vector<double> costs;
    std::uint64_t asked = 0;
    for (unsigned i = 0; i < options.runs; ++i) {
      const Run run = std::make_unique<Bench>(options.ports, channels)->run(options.measured);
      if (!run.lost.empty()) return std::unexpected(fmt::format("{}: {}", name, run.lost));
      costs.push_back(static_cast<double>(run.time.count()) / static_cast<double>(run.packets));
      asked += run.allocations;
    }
    const double cost = median(costs);
    const auto add = [&](const char* metric, double value, const char* unit) {
      figures.push_back({.bench = "dataplane", .of = name, .metric = metric, .value = value, .unit = unit});
    };
    add("time per TS packet", cost, "ns");
    add("spread of the runs", (std::ranges::max(costs) - std::ranges::min(costs)) / cost * 100, "%");
    add("TS rate of one core", 1504 / cost, "Gb/s");
    add("allocations", static_cast<double>(asked), "count");
  }
  return figures;
}

}  // namespace headwater::bench
