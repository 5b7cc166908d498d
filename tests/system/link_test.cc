// SPDX-License-Identifier: Apache-2.0
//
// A port whose link goes down while on air, and comes back: what hwctl says to do about it, and that nobody
// has to do more.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kFirstOut = "rtp://239.2.1.1:5000";

class LinkTest : public TwoChannelsTest {
 protected:
  void set_link(const std::string& host, const std::vector<std::string>& words) const {
    std::vector<std::string> command{"ip", "link", "set"};
    command.insert(command.end(), words.begin(), words.end());
    Process link = lab->run(host, command);
    ASSERT_EQ(link.wait(), 0) << link.errors();
  }

  // Takes the link down until the operator's `hwctl status` says which and how to mend it, and does so.
  void interrupt(
      const std::string& port, const std::string& interface, const Box& box,
      const std::function<void()>& while_down = [] {}) const {
    const std::string problem =
        fmt::format("port \"{0}\": interface {1} is down: `ip link set {1} up`", port, interface);
    set_link("headend", {interface, "down"});
    EXPECT_TRUE(status_comes_to(problem, true));
    EXPECT_TRUE(box.wait_quiet());
    while_down();
    set_link("headend", {interface, "up"});
    EXPECT_TRUE(status_comes_to(problem, false));
    EXPECT_TRUE(box.wait_recorded(box.recorded_bytes() + 500'000)) << "the box gets nothing any more";
    EXPECT_THAT(rig->log(), HasSubstr("event=port.down port=" + port));
    EXPECT_THAT(rig->log(), HasSubstr("event=port.up port=" + port));
  }

 private:
  bool status_comes_to(const std::string& problem, bool there) const {
    std::string said;
    const bool came = wait_until(
        [&] {
          Process status({HEADWATER_HWCTL, "--socket", rig->socket(), "status"});
          if (status.wait() != 0) return false;
          said = status.output();
          return said.contains(problem) == there;
        },
        std::chrono::seconds(10));
    if (!came) fmt::print("{}", said);
    return came;
  }
};

TEST_F(LinkTest, TheBoxesSideComesBack) {
  Box box(*lab, HEADWATER_SETTOP, "box2", kFirstOut, rig->folder().at("box.ts"));
  interrupt("east", "hd1", box);
  expect_clean(watch(kFirstOut, "2"));
}

// The switch forgets the joins with the link, and asks for none: they come unasked.
TEST_F(LinkTest, TheEncodersSideComesBack) {
  set_link("west", {"br0", "type", "bridge", "mcast_querier", "0"});
  Box box(*lab, HEADWATER_SETTOP, "box2", kFirstOut, rig->folder().at("box.ts"));
  const std::string first = "headend-hd0 239.1.1.1", second = "headend-hd0 232.1.1.2 10.1.0.5";
  interrupt("west", "hd0", box, [&] {
    EXPECT_TRUE(lab->wait_for_group("west", first, false));
    EXPECT_TRUE(lab->wait_for_group("west", second, false));
  });
  EXPECT_TRUE(lab->wait_for_group("west", first));
  EXPECT_TRUE(lab->wait_for_group("west", second));
  ASSERT_TRUE(rig->wait_on_air()) << rig->log();
  expect_clean(watch(kFirstOut, "2"));
}

}  // namespace
}  // namespace headwater::test
