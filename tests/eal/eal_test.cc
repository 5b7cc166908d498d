// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/eal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <thread>

#include "tests/eal/environment.h"

namespace headwater::dataplane::dpdk {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(EalTest, StartsOnceInAProcess) {
  const auto again = Eal::start({.memory = 64ULL << 20, .huge_pages = false, .devices = {}, .log = {}});
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), HasSubstr("only once"));
}

TEST_F(EalTest, LogComesInWholeLines) {
  ASSERT_FALSE(eal_log().empty());
  for (const std::string& line : eal_log()) {
    EXPECT_FALSE(line.empty());
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

TEST(EalStart, BadDeviceStringIsRefusedBeforeAnythingStarts) {
  const auto eal = Eal::start({.memory = 64ULL << 20, .huge_pages = false, .devices = {"eth0"}, .log = {}});
  ASSERT_FALSE(eal);
  EXPECT_THAT(eal.error(), HasSubstr("\"eth0\" is neither"));
}

TEST(EalStart, LeavesTheThreadOnTheCoresItHad) {
  cpu_set_t before;
  ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
  shared_eal();
  cpu_set_t after;
  ASSERT_EQ(sched_getaffinity(0, sizeof after, &after), 0);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
}

TEST(EalStart, LeavesNoFolderBehind) {
  // In a process of its own: DPDK starts once in each.
  const pid_t child = fork();
  if (child == 0) {
    const bool started =
        Eal::start({.memory = 64ULL << 20, .huge_pages = false, .devices = {}, .log = {}}).has_value();
    _exit(started ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  const std::string folder = "dpdk/headwater-" + std::to_string(child);
  for (const char* parent : {"/run", "/tmp"}) EXPECT_FALSE(std::filesystem::exists(parent + ("/" + folder)));
}

TEST_F(EalTest, WorkerThreadRegistersAndGoes) {
  for (int i = 0; i < 300; ++i) {  // more often than DPDK has lcores: each gives its place back
    std::thread worker([] {
      const auto registered = ThreadRegistration::make();
      EXPECT_TRUE(registered) << registered.error();
    });
    worker.join();
  }
}

TEST_F(EalTest, MissingPciDeviceIsNamedWithThePort) {
  const auto port = DpdkPort::open({.id = "west", .device = "ffff:ff:1f.7", .index = {}}, counters[0]);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error(), AllOf(HasSubstr("port \"west\": no device ffff:ff:1f.7 on the PCI bus"),
                                  HasSubstr("lspci -nn")));
}

TEST_F(EalTest, MissingInterfaceIsNamedWithThosePresent) {
  const auto port =
      DpdkPort::open({.id = "east", .device = "net_af_packet0,iface=nosuch0", .index = {}}, counters[0]);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error(), AllOf(HasSubstr("port \"east\": no interface nosuch0"), HasSubstr("lo")));
}

TEST_F(EalTest, UnknownDriverIsToldAsSuch) {
  const auto port = DpdkPort::open({.id = "east", .device = "net_nosuchdriver0", .index = {}}, counters[0]);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error(),
              AllOf(HasSubstr("port \"east\": no driver of DPDK takes device net_nosuchdriver0")));
}

TEST_F(EalTest, TooLittleMemoryForTheQueuesIsTold) {
  const auto port =
      DpdkPort::open({.id = "east", .device = "net_null0", .memory = 1ULL << 20, .index = {}}, counters[0]);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error(), AllOf(HasSubstr("port \"east\": 1 MiB hold"), HasSubstr("make `memory` larger")));
}

TEST_F(EalTest, MoreMemoryThanThereIsIsTold) {
  const auto port =
      DpdkPort::open({.id = "east", .device = "net_null0", .memory = 1ULL << 30, .index = {}}, counters[0]);
  ASSERT_FALSE(port);
  EXPECT_THAT(port.error(), HasSubstr("port \"east\": no 1024 MiB of memory"));
}

}  // namespace
}  // namespace headwater::dataplane::dpdk
