// SPDX-License-Identifier: Apache-2.0
//
// What the View does under the appliance's mutex grows with the channels, not with their square: counted in
// memory taken, which is the same on each machine.
#include <functional>

#include "tests/support/heap/heap_use.h"
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

class ViewScale : public ViewTest {
 protected:
  std::uint64_t cost(std::size_t channels, const std::function<void(View&)>& call) {
    neighbours.reset();
    house.wake();
    begin_on_air(channels);
    const test::HeapUse before = test::heap_use();
    call(*view);
    return (test::heap_use() - before).bytes;
  }
  void expect_linear(const std::function<void(View&)>& call) {
    const std::uint64_t small = cost(256, call);
    EXPECT_LT(cost(1024, call), small * 5);
  }
};

TEST_F(ViewScale, Channels) {
  expect_linear([](View& v) { EXPECT_FALSE(v.channels().empty()); });
}
TEST_F(ViewScale, Inputs) {
  expect_linear([](View& v) { EXPECT_FALSE(v.inputs().empty()); });
}
TEST_F(ViewScale, Status) {
  expect_linear([](View& v) { EXPECT_EQ(v.status().workers.size(), 1U); });
}
TEST_F(ViewScale, RunningConfig) {
  expect_linear([](View& v) { EXPECT_FALSE(v.running_config(true).text.empty()); });
}
TEST_F(ViewScale, Ledger) {
  expect_linear([](View& v) { EXPECT_FALSE(v.ledger().empty()); });
}

}  // namespace
}  // namespace headwater::daemon
