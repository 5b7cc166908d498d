// SPDX-License-Identifier: Apache-2.0
//
// Rows of: what, Plan, packets in (with a Plan change in mid-stream), packets and counters out. The input is
// fed, so that every due time is the row's own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/plain_pool.h"
#include "tests/support/sim/box.h"
#include "tests/support/sim/plans.h"
#include "tests/support/sim/rig.h"

namespace headwater::test {
namespace {

using dataplane::OutputCounters;
using dataplane::OutputPlan;
using dataplane::PsiImage;

constexpr Instant ms(std::int64_t n) {
  return Instant{} + Ticks27::milliseconds(n);
}

// One packet in. Kind: 'p' payload, 'a' adaptation field only, 'd' the legal duplicate of the one before on
// its PID, 's' scrambled payload, 'c' a PCR and payload, 'n' a null packet.
struct In {
  std::int64_t due_ms;
  std::uint16_t pid;
  char kind = 'p';
  bool seam = false;  // the file begins again here
};

struct Route {
  std::uint16_t from, to;
};

struct Part {
  std::vector<Route> routes;
  int tables = 0;  // version of a PMT on PID 32; 0: none
  bool drop_scrambled = false;
};

struct Change {
  std::int64_t published_ms;
  std::uint64_t from;        // number of the packet in; 0: at adoption
  std::optional<Part> part;  // none: the output stops
};

struct Row {
  const char* what;
  Part part;
  std::vector<In> in;
  std::vector<Change> changes;
  // A datagram each: "@departure", then "pid/counter#number of the packet in", "!" where
  // discontinuity_indicator is set, or "pid/counter=version" for a table.
  std::vector<std::string> out;
  std::map<std::string, std::uint64_t> counters;

  friend void PrintTo(const Row& row, std::ostream* to) { *to << row.what; }
};

// Each packet's number stands where a legal duplicate is not compared, so that rows can tell the two apart.
constexpr std::size_t kNumberAt = 100;

ts::Packet make_packet(const In& in, std::uint32_t number,
                       std::map<std::uint16_t, std::uint8_t>& continuity) {
  ts::Packet packet;
  packet.fill(0xFF);
  packet[0] = ts::kSyncByte;
  packet[1] = 0;
  ts::set_pid(packet, Pid::from_wire(in.pid));
  std::uint8_t& counter = continuity.try_emplace(in.pid, 0x0F).first->second;
  if (in.kind != 'a' && in.kind != 'd') counter = (counter + 1) & 0x0F;
  packet[3] = static_cast<std::uint8_t>(0x10 | counter);
  if (in.kind == 'a') {
    packet[3] = static_cast<std::uint8_t>(0x20 | counter);
    packet[4] = 183;
    packet[5] = 0;
  } else if (in.kind == 'c') {
    packet[3] = static_cast<std::uint8_t>(0x30 | counter);
    packet[4] = 7;
    packet[5] = 0x10;
    ts::set_pcr(packet, Pcr::from_ticks(in.due_ms * 27'000));
  } else if (in.kind == 's') {
    packet[3] |= 0x80;
  }
  store_be32(&packet[kNumberAt], number);
  return packet;
}

std::string describe(const ts::Packet& packet) {
  const std::uint16_t on = load_be16(&packet[1]) & 0x1FFF;
  std::string text = std::to_string(on) + "/" + std::to_string(packet[3] & 0x0F);
  if ((packet[1] & 0x40) != 0) return text + "=" + std::to_string(packet[4]);
  const auto view = ts::PacketView::parse(packet);
  if (!view) return text + " is no packet";
  text += "#" + std::to_string(load_be32(&packet[kNumberAt]));
  return view->discontinuity_indicator() ? text + "!" : text;
}

std::shared_ptr<const PsiImage> table(int version) {
  PsiImage image{Pid::from_wire(32), Ticks27::milliseconds(100), {}, PsiImage::Kind::kPmt};
  ts::Packet& packet = image.packets.emplace_back();
  packet.fill(static_cast<std::uint8_t>(version));
  packet[0] = ts::kSyncByte;
  packet[1] = 0x40;
  packet[2] = 32;
  packet[3] = 0x10;
  return std::make_shared<const PsiImage>(std::move(image));
}

OutputPlan output_of(const Part& part, std::uint64_t first) {
  OutputPlan plan = output_plan({}, ProgramSpec{});
  plan.psi.clear();
  if (part.tables != 0) plan.psi = {table(part.tables)};
  for (const auto& [from, to] : part.routes) plan.route.set(Pid::from_wire(from), to);
  plan.drop_scrambled = part.drop_scrambled;
  plan.effective_from = {first};
  return plan;
}

std::uint64_t counter_of(const OutputCounters& c, const std::string& name) {
  const std::map<std::string, std::uint64_t> all{
      {"offered", c.offered.get()},
      {"passed_over", c.passed_over.get()},
      {"copies_in", c.copies_in.get()},
      {"inserted_pmt", c.inserted_pmt.get()},
      {"emitted", c.emitted.get()},
      {"drop_scrambled", c.drop_scrambled.get()},
      {"drop_stopped", c.drop_stopped.get()},
      {"plan_generation", static_cast<std::uint64_t>(c.plan_generation.get())},
  };
  return all.at(name);
}

std::vector<std::string> run(const Row& row, Rig& rig, dataplane::channel::FeedRing& ring,
                             dataplane::PlainPool& pool) {
  rig.feed({0}, ring);
  dataplane::InputPlan input = input_plan(0, {});
  input.match.reset();
  // Every PID that any part wants is routed from the start: what the input does is not what these rows are
  // about.
  std::vector<OutputPlan> all{output_of(row.part, 0)};
  for (const Change& change : row.changes) {
    if (change.part) all.push_back(output_of(*change.part, 0));
  }
  dataplane::Plan plan = plan_of({input}, all);
  plan.outputs = {std::make_shared<const OutputPlan>(all.front())};
  rig.publish(plan);
  for (const Change& change : row.changes) {
    rig.at(ms(change.published_ms), [&rig, &change] {
      dataplane::Plan next = rig.plan();
      next.outputs.clear(0);
      if (change.part) {
        next.outputs.set(std::make_shared<const OutputPlan>(output_of(*change.part, change.from)));
      }
      rig.publish(next);
    });
  }
  std::map<std::uint16_t, std::uint8_t> continuity;
  for (std::uint32_t i = 0; i < row.in.size(); ++i) {
    dataplane::channel::FedFrame fed;
    EXPECT_EQ(pool.allocate({&fed.frame, 1}), 1U);
    const ts::Packet packet = make_packet(row.in[i], i, continuity);
    std::copy(packet.begin(), packet.end(), fed.frame.data);
    fed.frame.length = ts::kPacketSize;
    fed.count = 1;
    fed.seam = row.in[i].seam ? 1 : 0;
    fed.due[0] = ms(row.in[i].due_ms);
    EXPECT_TRUE(ring.try_push(fed));
  }
  rig.run_until(ms(350));
  std::vector<std::string> out;
  for (const BoxDatagram& datagram : received(rig.port(1).sent(), group_of(0), kOutputPort, false)) {
    // A second datagram that is due at the same instant leaves with the worker's next turn.
    EXPECT_GE(datagram.at, datagram.departure);
    EXPECT_LE(datagram.at - datagram.departure, Ticks27::microseconds(50));
    std::string& line = out.emplace_back("@" + std::to_string(datagram.at.value / 27'000));
    for (const ts::Packet& packet : datagram.packets) line += " " + describe(packet);
  }
  return out;
}

const Row kRows[] = {
    {"PIDs are kept or moved, what is not asked for is left out",
     {.routes = {{100, 100}, {101, 257}}},
     {{0, 100}, {1, 101}, {2, 102}, {3, 101}, {4, 100}},
     {},
     {"@200 100/0#0 257/0#1 257/1#3 100/1#4"},
     {{"offered", 5}, {"copies_in", 4}, {"passed_over", 1}, {"emitted", 4}}},
    {"two PIDs may become one order of counters each",
     {.routes = {{100, 300}, {101, 301}}},
     {{0, 100}, {0, 101}, {0, 100}, {0, 101}},
     {},
     {"@200 300/0#0 301/0#1 300/1#2 301/1#3"},
     {}},
    {"counters stand still without payload and on the legal duplicate",
     {.routes = {{100, 100}}},
     {{0, 100}, {1, 100, 'd'}, {2, 100, 'a'}, {3, 100}},
     {},
     {"@200 100/0#0 100/0#1 100/0#2 100/1#3"},
     {}},
    {"null packets are kept where they are routed",
     {.routes = {{100, 100}, {0x1FFF, 0x1FFF}}},
     {{0, 100}, {1, 0x1FFF, 'n'}, {2, 100}},
     {},
     {"@200 100/0#0 8191/0#1 100/1#2"},
     {{"copies_in", 3}}},
    {"scrambled packets pass",
     {.routes = {{100, 100}}},
     {{0, 100, 's'}, {1, 100}},
     {},
     {"@200 100/0#0 100/1#1"},
     {{"drop_scrambled", 0}}},
    {"scrambled packets are dropped where the channel refuses them",
     {.routes = {{100, 100}}, .drop_scrambled = true},
     {{0, 100, 's'}, {1, 100}, {2, 100, 's'}},
     {},
     {"@201 100/0#1"},
     {{"copies_in", 3}, {"drop_scrambled", 2}, {"emitted", 1}}},
    {"the seam of a looped file shows on its first PCR of each PID",
     {.routes = {{100, 100}, {101, 101}}},
     {{0, 100, 'c'}, {1, 100}, {2, 101, 'p', true}, {3, 100}, {4, 100, 'c'}, {5, 100, 'c'}},
     {},
     {"@200 100/0#0 100/1#1 101/0#2 100/2#3 100/3#4! 100/4#5"},
     {}},
    {"eight packets are two datagrams",
     {.routes = {{100, 100}}},
     {{0, 100}, {1, 100}, {2, 100}, {3, 100}, {4, 100}, {5, 100}, {6, 100}, {7, 100}},
     {},
     {"@200 100/0#0 100/1#1 100/2#2 100/3#3 100/4#4 100/5#5 100/6#6", "@207 100/7#7"},
     {}},
    {"what is due over 40 ms after the first waits for its own datagram",
     {.routes = {{100, 100}}},
     {{0, 100}, {40, 100}, {81, 100}},
     {},
     {"@200 100/0#0 100/1#1", "@281 100/2#2"},
     {}},
    {"tables leave at once, then every 100 ms, among the payload in its time",
     {.routes = {{100, 100}}, .tables = 1},
     {{0, 100}, {1, 100}},
     {},
     {"@0 32/0=1", "@100 32/1=1", "@200 32/2=1 100/0#0 100/1#1", "@300 32/3=1"},
     {{"inserted_pmt", 4}}},
    {"a change holds from its packet on; the packets before keep the old part, the tables come first",
     {.routes = {{100, 256}}, .tables = 1},
     {{10, 100}, {11, 100}, {12, 101}, {12, 100}, {13, 101}},
     {{50, 2, Part{.routes = {{100, 300}, {101, 301}}, .tables = 2}}},
     {"@0 32/0=1", "@100 32/1=1", "@200 32/2=1 256/0#0 256/1#1", "@212 32/3=2 301/0#2 300/0#3 301/1#4",
      "@312 32/4=2"},
     {{"plan_generation", 2}, {"passed_over", 0}}},
    {"a PID that moves back goes on with its counter",
     {.routes = {{100, 256}}},
     {{0, 100}, {1, 100}, {50, 100}, {51, 100}},
     {{10, 1, Part{.routes = {{100, 300}}}}, {220, 0, Part{.routes = {{100, 256}}}}},
     {"@200 256/0#0", "@201 300/0#1", "@250 256/1#2 256/2#3"},
     {{"plan_generation", 3}}},
    {"of two changes that wait each takes its turn at its packet",
     {.routes = {{100, 256}}},
     {{0, 100}, {1, 100}, {2, 100}, {3, 100}},
     {{50, 1, Part{.routes = {{100, 300}}}}, {60, 2, Part{.routes = {{100, 400}}}}},
     {"@200 256/0#0", "@201 300/0#1", "@202 400/0#2 400/1#3"},
     {{"plan_generation", 3}}},
    {"a change for a stream that has fallen silent comes once its last packet has left",
     {.routes = {{100, 100}}, .tables = 1},
     {{0, 100}},
     {{120, 1, Part{.routes = {{100, 100}}, .tables = 2}}},
     {"@0 32/0=1", "@100 32/1=1", "@200 32/2=1 100/0#0", "@200 32/3=2", "@300 32/4=2"},
     {}},
    {"tables that stay the same keep their rhythm over a change",
     {.routes = {{100, 100}}, .tables = 1},
     {{0, 100}},
     {{150, 0, Part{.routes = {{100, 500}}, .tables = 1}}},
     {"@0 32/0=1", "@100 32/1=1", "@200 32/2=1 500/0#0", "@300 32/3=1"},
     {}},
    {"what a stopped output held is counted",
     {.routes = {{100, 100}}, .tables = 1},
     {{0, 100}, {1, 100}, {1, 101}},
     {{150, 0, std::nullopt}},
     {"@0 32/0=1", "@100 32/1=1"},
     {{"drop_stopped", 2}, {"copies_in", 2}, {"emitted", 2}}},
};

class RemuxRow : public testing::TestWithParam<Row> {};

TEST_P(RemuxRow, Holds) {
  const Row& row = GetParam();
  SCOPED_TRACE(row.what);
  dataplane::channel::FeedRing ring(256);
  dataplane::PlainPool pool(256);
  {
    Rig rig({.port_frames = 256, .inputs = 1, .outputs = 1});
    EXPECT_EQ(run(row, rig, ring, pool), row.out);
    for (const auto& [name, value] : row.counters) EXPECT_EQ(counter_of(rig.output(0), name), value) << name;
  }
  EXPECT_EQ(pool.in_use(), 0U);
}

std::string name_of(const testing::TestParamInfo<Row>& row) {
  std::string name(row.param.what);
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Remux, RemuxRow, testing::ValuesIn(kRows), name_of);

}  // namespace
}  // namespace headwater::test
