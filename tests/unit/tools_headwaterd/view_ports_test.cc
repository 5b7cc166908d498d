// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using ViewPorts = ViewTest;

TEST_F(ViewPorts, APortWithoutLinkSaysWhyAndWhatToDo) {
  begin_on_air(1);
  EXPECT_THAT(view->status().problems, IsEmpty());
  EXPECT_EQ(view->ports().at(0).link_trouble, "");
  devices.cut(0, "interface hd0 is down: `ip link set hd0 up`");
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems, Contains("port \"p\": interface hd0 is down: `ip link set hd0 up`"));
  EXPECT_FALSE(view->ports().at(0).link_up);
  EXPECT_EQ(view->ports().at(0).link_trouble, "interface hd0 is down: `ip link set hd0 up`");
}

TEST_F(ViewPorts, DropsOfTheDeviceAreAProblemWhileTheyMove) {
  devices.states[0].drops = 900;
  begin_on_air(1);
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems, IsEmpty());
  devices.states[0].drops = 912;
  pass(Watch::kInterval);
  EXPECT_THAT(view->status().problems,
              Contains("port \"p\": the device dropped 12 frames in the last minute"));
  carry(0);
  pass(Ticks27::seconds(60));
  EXPECT_THAT(view->status().problems, Not(Contains(HasSubstr("dropped"))));
  EXPECT_EQ(view->ports().at(0).device_drops, 12U);
}

TEST_F(ViewPorts, TheLinksSpeedIsTheDevicesWord) {
  devices.states[0].link_bps = 25'000'000'000;
  begin_on_air(1);
  EXPECT_EQ(view->ports().at(0).link_bps, 25'000'000'000U);
  devices.states[0].link_bps.reset();
  pass(Watch::kInterval);
  EXPECT_EQ(view->ports().at(0).link_bps, std::nullopt);
}

}  // namespace
}  // namespace headwater::daemon
