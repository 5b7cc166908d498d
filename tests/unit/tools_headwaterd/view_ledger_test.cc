// SPDX-License-Identifier: Apache-2.0
#include <thread>

#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ::testing::ElementsAre;

class ViewLedger : public ViewTest {
 protected:
  static std::vector<std::string> names(const std::vector<api::LedgerEntry>& entries) {
    std::vector<std::string> out;
    for (const api::LedgerEntry& entry : entries) out.push_back(entry.name);
    return out;
  }
};

TEST_F(ViewLedger, InputsThenOutputsThenPorts) {
  begin_on_air(2);
  EXPECT_THAT(names(view->ledger()),
              ElementsAre("in0", "in1", "ch0/p/239.1.0.1:5000", "ch1/p/239.1.0.2:5000", "p"));
}

TEST_F(ViewLedger, ByNameOnlyThatOneSettles) {
  begin_on_air(2);
  input_counters(0).packets.add(1);  // never balances
  EXPECT_THAT(names(view->ledger("in1")), ElementsAre("in1"));
  EXPECT_THAT(names(view->ledger("p")), ElementsAre("p"));
  EXPECT_THAT(names(view->ledger("ch1")), ElementsAre("in1", "ch1/p/239.1.0.2:5000"));
  EXPECT_THAT(names(view->ledger("nobody")), ElementsAre());
  EXPECT_EQ(settling.count(), 0);
}

TEST_F(ViewLedger, ControlGoesOnWhileItSettles) {
  begin_on_air(1);
  input_counters(0).packets.add(1);
  int tries = 0;
  int free = 0;
  const auto pause = settle_time.pause;
  settle_time.pause = [&](std::chrono::microseconds time) {
    pause(time);
    ++tries;
    std::thread control([&] {
      if (!mutex.try_lock()) return;
      ++free;
      mutex.unlock();
    });
    control.join();
  };
  EXPECT_FALSE(view->ledger().at(0).balanced());
  EXPECT_GT(tries, 0);
  EXPECT_EQ(free, tries);
}

}  // namespace
}  // namespace headwater::daemon
