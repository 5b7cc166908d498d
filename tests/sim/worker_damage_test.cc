// SPDX-License-Identifier: Apache-2.0
//
// A damaged capture, all of its PIDs taken: what leaves is what entered, minus what is counted.
#include <gtest/gtest.h>

#include "dataplane/channel/feed_ring.h"
#include "dataplane/kernel/plain_pool.h"
#include "tests/sim/worker_fixture.h"
#include "tests/support/captures.h"
#include "tests/support/stream_count.h"

namespace headwater::test {
namespace {

class Damage : public WorkerTest {
 protected:
  // Seven packets each 2 ms, from 100 ms on.
  void feed(const std::vector<ts::Packet>& packets) {
    for (std::size_t at = 0; at < packets.size(); at += 7) {
      dataplane::channel::FedFrame fed;
      ASSERT_EQ(pool_.allocate({&fed.frame, 1}), 1U);
      fed.count = static_cast<std::uint8_t>(std::min<std::size_t>(7, packets.size() - at));
      fed.frame.length = fed.count * std::uint32_t{ts::kPacketSize};
      for (std::size_t k = 0; k < fed.count; ++k) {
        std::ranges::copy(packets[at + k], fed.frame.data + k * ts::kPacketSize);
        fed.due[k] = ms(100 + static_cast<std::int64_t>(at / 7 * 2));
      }
      ASSERT_TRUE(ring_.try_push(fed));
    }
  }

  dataplane::PlainPool pool_{1024};
  dataplane::channel::FeedRing ring_{1024};
};

TEST_F(Damage, OfACaptureIsCountedAndNothingElseIsMissing) {
  const auto path = capture("damaged-scrambled.ts");
  if (!path) GTEST_SKIP() << "the capture damaged-scrambled.ts is not here";
  const std::vector<ts::Packet> entered = packets_of(read_file(*path));
  const StreamCount file = count_of(entered);
  ASSERT_GT(file.transport_errors, 10U);
  ASSERT_GT(file.malformed, 10U);
  ASSERT_GT(file.continuity_errors, 100U);
  const Elementary in = elementary_of(entered);

  rig.feed({0}, ring_);
  dataplane::InputPlan input = input_plan(0, carriage);
  input.match.reset();
  dataplane::OutputPlan output = output_plan({}, ProgramSpec{});
  output.psi.clear();
  for (const auto& [on_pid, bytes] : in.whole) output.route.set(pid(on_pid), on_pid);
  rig.publish(plan_of({input}, {output}));
  feed(entered);
  rig.run_until(ms(2'000));

  const dataplane::InputCounters& counters = rig.input(0);
  EXPECT_EQ(counters.packets.get(), file.packets);
  EXPECT_EQ(counters.drop_transport_error.get(), file.transport_errors);
  EXPECT_EQ(counters.drop_malformed.get(), file.malformed);
  EXPECT_EQ(counters.drop_sync.get(), 0U);
  EXPECT_EQ(counters.cc_error.get(), file.continuity_errors);
  const Elementary out = elementary_of(packets_of(box(0)));
  EXPECT_EQ(out.errors, 0U);
  EXPECT_EQ(out.unusable, 0U);
  EXPECT_EQ(out.whole.size(), in.whole.size());
  for (const auto& [on_pid, bytes] : in.whole) {
    ASSERT_TRUE(out.whole.contains(on_pid)) << on_pid;
    EXPECT_TRUE(out.whole.at(on_pid) == bytes) << "PID " << on_pid;
  }
}

}  // namespace
}  // namespace headwater::test
