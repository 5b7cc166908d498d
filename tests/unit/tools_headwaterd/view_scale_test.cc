// SPDX-License-Identifier: Apache-2.0
//
// What the View does under the appliance's mutex grows with the channels, not with their square: counted in
// memory taken, which is the same on each machine.
#include <atomic>
#include <cstdlib>
#include <functional>
#include <new>

#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace {

std::atomic<bool> counting{false};
std::atomic<std::size_t> bytes{0};

}  // namespace

// Not inlined: GCC 12 would see free() of what new gave, and not that both are ours.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (counting) bytes += size;
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
  std::free(memory);
}

namespace headwater::daemon {
namespace {

class ViewScale : public ViewTest {
 protected:
  std::size_t cost(std::size_t channels, const std::function<void(View&)>& call) {
    neighbours.reset();
    house.wake();
    begin_on_air(channels);
    bytes = 0;
    counting = true;
    call(*view);
    counting = false;
    return bytes;
  }
  void expect_linear(const std::function<void(View&)>& call) {
    const std::size_t small = cost(256, call);
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
TEST_F(ViewScale, Ledger) {
  expect_linear([](View& v) { EXPECT_FALSE(v.ledger().empty()); });
}

}  // namespace
}  // namespace headwater::daemon
