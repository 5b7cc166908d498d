// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/service_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/notify_socket.h"

namespace headwater::daemon {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Instant at_ms(std::int64_t ms) {
  return Instant{0} + Ticks27::milliseconds(ms);
}

struct ServiceManagerTest : ::testing::Test {
  test::NotifySocket systemd;
};

TEST_F(ServiceManagerTest, IsToldOfBeginningAndEnd) {
  ServiceManager manager;
  manager.ready("two channels");
  EXPECT_THAT(systemd.told(), ElementsAre("READY=1\nSTATUS=two channels"));
  manager.tick(at_ms(0), true);
  EXPECT_THAT(systemd.told(), IsEmpty()) << "no watchdog";
  manager.stopping();
  EXPECT_THAT(systemd.told(), ElementsAre("STOPPING=1"));
}

TEST_F(ServiceManagerTest, HearsOfUsThreeTimesAnIntervalWhileAllTurns) {
  setenv("WATCHDOG_USEC", "3000000", 1);
  ServiceManager manager;
  manager.tick(at_ms(0), true);
  EXPECT_THAT(systemd.told(), ElementsAre("WATCHDOG=1"));
  manager.tick(at_ms(999), true);
  EXPECT_THAT(systemd.told(), IsEmpty());
  manager.tick(at_ms(1'000), true);
  EXPECT_THAT(systemd.told(), ElementsAre("WATCHDOG=1"));
  manager.tick(at_ms(9'000), false);
  EXPECT_THAT(systemd.told(), IsEmpty()) << "a worker stands still";
  manager.tick(at_ms(9'010), true);
  EXPECT_THAT(systemd.told(), ElementsAre("WATCHDOG=1"));
}

TEST_F(ServiceManagerTest, AWatchdogOfAnotherProcessIsNotOurs) {
  setenv("WATCHDOG_USEC", "3000000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  ServiceManager manager;
  manager.tick(at_ms(0), true);
  EXPECT_THAT(systemd.told(), IsEmpty());
}

}  // namespace
}  // namespace headwater::daemon
