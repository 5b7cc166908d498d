// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace headwater::dataplane::dpdk {
namespace {

using ::testing::HasSubstr;

TEST(Device, PciAddressesAreCompletedAndLowered) {
  for (const char* text : {"0000:3b:00.1", "3b:00.1", "0000:3B:00.1"}) {
    const auto device = Device::parse(text);
    ASSERT_TRUE(device) << device.error();
    EXPECT_EQ(device->kind, Device::Kind::kPci);
    EXPECT_EQ(device->to_string(), "0000:3b:00.1");
  }
}

TEST(Device, PciDeviceKeepsItsArguments) {
  const auto device = Device::parse("0000:3b:00.0,rxq_cqe_comp_en=0");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->name, "0000:3b:00.0");
  EXPECT_EQ(device->argument("rxq_cqe_comp_en"), "0");
  EXPECT_EQ(device->to_string(), "0000:3b:00.0,rxq_cqe_comp_en=0");
}

TEST(Device, AfPacketGetsTheDefaultsThatItLacks) {
  const auto device = Device::parse("net_af_packet0,iface=hd0,framecnt=1024");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->kind, Device::Kind::kVirtual);
  EXPECT_EQ(device->kernel_interface(), "hd0");
  EXPECT_EQ(device->to_string(),
            "net_af_packet0,iface=hd0,framecnt=1024,qdisc_bypass=1,blocksz=262144,framesz=2048");
}

// The kernel spreads an interface's frames over as many sockets as there are pairs: one that nobody reads
// loses its share in silence.
TEST(Device, AfPacketHasAPairOfQueuesForEachWorker) {
  const auto device = Device::parse("net_af_packet0,iface=hd0");
  ASSERT_TRUE(device);
  EXPECT_EQ(device->with_queues(1)->to_string(), device->to_string());
  EXPECT_EQ(device->with_queues(3)->argument("qpairs"), "3");
  const auto given = Device::parse("net_af_packet0,iface=hd0,qpairs=2");
  EXPECT_EQ(given->with_queues(2)->to_string(), given->to_string());
  EXPECT_THAT(given->with_queues(1).error(), HasSubstr("`qpairs=2`, and there is 1 in `workers`"));
  EXPECT_THAT(given->with_queues(4).error(), HasSubstr("`qpairs=2`, and there are 4 in `workers`"));
  EXPECT_EQ(Device::parse("3b:00.0")->with_queues(4)->to_string(), "0000:3b:00.0");
}

TEST(Device, OtherVirtualDevicesStayAsTheyAre) {
  for (const char* text : {"net_null0", "net_ring0", "net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap"}) {
    const auto device = Device::parse(text);
    ASSERT_TRUE(device);
    EXPECT_EQ(device->to_string(), text);
    EXPECT_FALSE(device->kernel_interface());
  }
}

TEST(Device, WhatIsNoDeviceIsToldWhatOneIs) {
  for (const char* text :
       {"", "eth0", "net_", "0000:3b:00.8", "3b:0g.0", "00000:3b:00.0", "1:2:3:4", "net_af packet"}) {
    const auto device = Device::parse(text);
    ASSERT_FALSE(device) << text;
    EXPECT_THAT(device.error(), HasSubstr("0000:3b:00.0")) << text;
    EXPECT_THAT(device.error(), HasSubstr("net_af_packet0,iface=")) << text;
  }
}

TEST(Device, AfPacketWithoutInterfaceIsRefused) {
  const auto device = Device::parse("net_af_packet0,qdisc_bypass=1");
  ASSERT_FALSE(device);
  EXPECT_THAT(device.error(), HasSubstr("names no interface"));
}

}  // namespace
}  // namespace headwater::dataplane::dpdk
