// SPDX-License-Identifier: Apache-2.0
//
// scripts/nic on a made-up machine: what it shows and finds wrong, what it would write and what it writes,
// and which device it does not take. That the kernel then does what was written is seen in `scripts/lab nic`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/source_tree.h"
#include "tests/system/headend_rig.h"

namespace headwater::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kNic = "0000:3b:00.0";
constexpr const char* kOther = "0000:3b:00.1";
constexpr const char* kManagement = "0000:01:00.0";
constexpr const char* kMaster = "0000:02:00.0";

// Two nodes of two cores; cores 1 and 3 are isolated. On node 1 a card of two devices in groups of their own;
// on node 0 what the host is reached by, a member of a bridge, and a disk.
class NicScriptTest : public ::testing::Test {
 protected:
  NicScriptTest() {
    for (const char* driver : {"ice", "igb", "nvme", "vfio-pci"})
      fs::create_directories(tree.at("sys/bus/pci/drivers/") + driver);
    put("sys/bus/pci/drivers_probe", "");
    add_device(kNic, "0x020000", "ice", 1, 40);
    add_device(kOther, "0x020000", "vfio-pci", 1, 41);
    add_device(kManagement, "0x020000", "igb", 0, 10);
    add_device(kMaster, "0x020000", "igb", 0, 11);
    add_device("0000:05:00.0", "0x010802", "nvme", 0, 12);
    add_interface(kNic, "ens1f0", "down");
    add_interface(kManagement, "eno1", "up");
    add_interface(kMaster, "eno2", "up");
    put("sys/class/net/eno2/upper_br0", "");
    put("proc/net/route",
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
        "eno1\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n");
    put("proc/cpuinfo", "vendor_id\t: GenuineIntel\n");
    put("proc/cmdline", "quiet isolcpus=1,3 nohz_full=1,3 rcu_nocbs=1,3\n");
    put("sys/devices/system/cpu/online", "0-3\n");
    put("sys/devices/system/cpu/isolated", "1,3\n");
    put("sys/devices/system/cpu/nohz_full", "1,3\n");
    for (int core = 0; core < 4; ++core) {
      const std::string folder = "sys/devices/system/cpu/cpu" + std::to_string(core);
      put(folder + "/topology/thread_siblings_list", std::to_string(core) + "\n");
      put(folder + "/cpufreq/scaling_governor", "performance\n");
      put("sys/devices/system/node/node" + std::to_string(core / 2) + "/cpu" + std::to_string(core), "");
    }
    put("sys/devices/system/node/node1/cpulist", "2-3\n");
    for (const char* node : {"sys/kernel/mm", "sys/devices/system/node/node1"}) {
      put(std::string(node) + "/hugepages/hugepages-2048kB/nr_hugepages", "0\n");
      put(std::string(node) + "/hugepages/hugepages-2048kB/free_hugepages", "0\n");
      put(std::string(node) + "/hugepages/hugepages-1048576kB/free_hugepages", "4\n");
    }
    put("bin/ip", "#!/bin/sh\n[ \"$5\" != ens1f0 ] || cat \"${0%/*}/addresses\"\n");
    put("bin/addresses", "");
    fs::permissions(tree.at("bin/ip"), fs::perms::owner_all);
  }

  void put(const std::string& name, const std::string& text) const {
    fs::create_directories(fs::path(tree.at(name)).parent_path());
    static_cast<void>(tree.write(name, text));
  }
  void add_device(const std::string& address, const std::string& kind, const std::string& driver, int node,
                  int group) const {
    const std::string folder = "sys/bus/pci/devices/" + address;
    const std::string members = tree.at("sys/kernel/iommu_groups/" + std::to_string(group)) + "/devices";
    put(folder + "/class", kind + "\n");
    put(folder + "/numa_node", std::to_string(node) + "\n");
    put(folder + "/driver_override", "(null)\n");
    put("sys/bus/pci/drivers/" + driver + "/unbind", "");
    fs::create_directory_symlink(tree.at("sys/bus/pci/drivers/" + driver), tree.at(folder + "/driver"));
    fs::create_directories(members + "/" + address);
    fs::create_directory_symlink(fs::path(members).parent_path(), tree.at(folder + "/iommu_group"));
  }
  void add_interface(const std::string& address, const std::string& name, const std::string& state) const {
    fs::create_directories(tree.at("sys/bus/pci/devices/" + address + "/net/" + name));
    put("sys/class/net/" + name + "/operstate", state + "\n");
  }
  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream file(tree.at(name));
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  struct Said {
    std::optional<int> status;
    std::string output, errors;
  };
  [[nodiscard]] Said nic(const std::string& words) const {
    Process process(
        {"env", "HEADWATER_SYSFS=" + tree.at("sys"), "HEADWATER_PROC=" + tree.at("proc"),
         "HEADWATER_RUN=" + tree.at("run"), "sh", "-c",
         "PATH=" + tree.at("bin") + ":$PATH exec " + (source_tree() / "scripts/nic").string() + " " + words});
    const auto status = process.wait();
    return {status, process.output(), process.errors()};
  }
  void expect_refused(const std::string& words, const std::string& why) const {
    const Said said = nic(words);
    EXPECT_EQ(said.status, 1) << said.output;
    EXPECT_THAT(said.errors, HasSubstr(why));
  }
  void expect_untouched() const {
    EXPECT_EQ(content("sys/bus/pci/drivers_probe"), "");
    for (const char* address : {kNic, kOther, kManagement, kMaster})
      EXPECT_EQ(content(std::string("sys/bus/pci/devices/") + address + "/driver_override"), "(null)\n");
  }

  const Folder tree;
};

TEST_F(NicScriptTest, ShowsTheEthernetDevicesAndWhatHoldsThem) {
  fs::create_directories(tree.at("sys/kernel/iommu_groups/41/devices/0000:3b:00.2"));
  const Said said = nic("show");
  EXPECT_EQ(said.status, 0) << said.errors;
  EXPECT_THAT(said.output, ContainsRegex("0000:3b:00.0 +ice +1 +ens1f0 +40 +link down\n"));
  EXPECT_THAT(said.output, ContainsRegex("0000:3b:00.1 +vfio-pci +1 +- +41 +with 0000:3b:00.2\n"));
  EXPECT_THAT(said.output, ContainsRegex("0000:01:00.0 +igb +0 +eno1 +10 +has the default route, link up\n"));
  EXPECT_THAT(said.output, ContainsRegex("0000:02:00.0 +igb +0 +eno2 +11 +is part of br0, link up\n"));
  EXPECT_THAT(said.output, Not(HasSubstr("0000:05:00.0")));
}

TEST_F(NicScriptTest, DoesNotTakeWhatTheHostIsReachedBy) {
  expect_refused(std::string("bind ") + kManagement, "its interface eno1 has the default route");
  expect_refused(std::string("bind ") + kMaster, "its interface eno2 is part of br0");
  put("bin/addresses",
      "2: ens1f0    inet6 fe80::1/64 scope link\n2: ens1f0    inet 10.0.0.7/24 scope global ens1f0\n");
  expect_refused(std::string("bind ") + kNic, "its interface ens1f0 has the address 10.0.0.7/24: who is");
  expect_untouched();
  const Said forced = nic(std::string("bind --force --dry-run ") + kManagement);
  EXPECT_EQ(forced.status, 0) << forced.errors;
  EXPECT_THAT(forced.output, HasSubstr(std::string("echo '") + kManagement + "' > "));
}

TEST_F(NicScriptTest, DryRunPrintsEachWriteAndDoesNone) {
  const std::string device = tree.at("sys/bus/pci/devices/") + kNic;
  const Said said = nic(std::string("bind --dry-run ") + kNic);
  EXPECT_EQ(said.status, 0) << said.errors;
  EXPECT_EQ(said.output, "echo 'vfio-pci' > " + device + "/driver_override\necho '" + kNic + "' > " + device +
                             "/driver/unbind\necho '" + kNic + "' > " + tree.at("sys/bus/pci/drivers_probe") +
                             "\n");
  EXPECT_THAT(nic(std::string("unbind --dry-run ") + kOther).output, HasSubstr("echo '' > "));
  EXPECT_THAT(nic("pages --dry-run --size 2M 512 --node 1").output,
              HasSubstr("echo '512' > " + tree.at("sys/devices/system/node/node1/hugepages")));
  EXPECT_EQ(content("sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages"), "0\n");
  EXPECT_FALSE(fs::exists(tree.at("run")));
  expect_untouched();
}

// No kernel is behind this tree, so that vfio-pci does not take the device: the kernel's driver gets it back.
TEST_F(NicScriptTest, BindingIsWrittenRememberedAndLookedAt) {
  expect_refused(std::string("bind ") + kNic,
                 "0000:3b:00.0: vfio-pci did not take it, and it is given back: `dmesg");
  EXPECT_EQ(content(std::string("sys/bus/pci/devices/") + kNic + "/driver_override"), "\n");
  EXPECT_EQ(content("sys/bus/pci/drivers/ice/unbind"), std::string(kNic) + "\n");
  EXPECT_EQ(content("sys/bus/pci/drivers_probe"), std::string(kNic) + "\n");
  EXPECT_EQ(content(std::string("run/") + kNic), "ice\n");
}

TEST_F(NicScriptTest, WhatCannotBeBoundIsRefusedWithTheWayOut) {
  expect_refused("bind 3b:00.0", "\"3b:00.0\" is no PCI address like 0000:3b:00.0");
  expect_refused("bind 0000:05:00.0", "0000:05:00.0 is no Ethernet device; those here: 0000:01:00.0 ");
  expect_refused(std::string("unbind ") + kNic, "0000:3b:00.0 is not with vfio-pci, but with ice");
  fs::remove(tree.at("sys/bus/pci/devices/") + kNic + "/iommu_group");
  expect_refused(std::string("bind ") + kNic, "0000:3b:00.0 is in no IOMMU group: enable VT-d or AMD-Vi");
  expect_untouched();
  EXPECT_EQ(nic(std::string("bind ") + kOther).output, "0000:3b:00.1: vfio-pci has it already\n");
}

TEST_F(NicScriptTest, ADeviceInUseIsNotUnbound) {
  fs::create_directories(tree.at("proc/4711/fd"));
  fs::create_symlink("/dev/vfio/41", tree.at("proc/4711/fd/9"));
  put("proc/4711/comm", "headwaterd\n");
  expect_refused(std::string("unbind ") + kOther, "process 4711 (headwaterd) uses it: end that first");
  expect_untouched();
}

TEST_F(NicScriptTest, PagesAreTakenOnTheNodeAsked) {
  const Said said = nic("pages --size 2M 512 --node 1");
  EXPECT_EQ(said.status, 0) << said.errors;
  EXPECT_EQ(said.output, "512 huge pages of 2M on NUMA node 1\n");
  EXPECT_EQ(content("sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages"), "512\n");
  EXPECT_EQ(content("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"), "0\n");
  expect_refused("pages --size 2M 512 --node 7", "no huge pages of 2M on NUMA node 7");
  expect_refused("pages --size 4K 512", "--size is 2M or 1G");
  expect_refused("pages --size 2M many", "pages wants their number");
}

TEST_F(NicScriptTest, AMachineInOrderHasNoFault) {
  const Said said = nic("check --cores 3");
  EXPECT_EQ(said.status, 0) << said.output << said.errors;
  EXPECT_EQ(said.output,
            "OK     IOMMU: on\nOK     core 3: isolated\nOK     core 3: governor performance\n"
            "OK     0000:3b:00.1: with vfio-pci\nOK     huge pages on NUMA node 1: 4096 MiB free\n");
}

TEST_F(NicScriptTest, EachFaultIsNamedWithWhatToDo) {
  struct Fault {
    const char* file;
    const char* text;
    const char* said;
  };
  const std::string cpus = "sys/devices/system/cpu/";
  for (const auto& [file, text, said] :
       {Fault{"isolated", "1\n", "core 3: not in isolcpus: others run on it"},
        {"nohz_full", "\n", "core 3: not in nohz_full:"},
        {"../../../../proc/cmdline", "quiet rcu_nocbs=1\n", "core 3: not in rcu_nocbs:"},
        {"cpu3/online", "0\n", "core 3: there is none, or it is offline; those here: 0-3"},
        {"cpu3/topology/thread_siblings_list", "2-3\n", "core 3: shares its silicon with CPU 2"},
        {"cpu3/cpufreq/scaling_governor", "schedutil\n", "core 3: governor schedutil: `echo performance > "},
        {"../node/node1/hugepages/hugepages-1048576kB/free_hugepages", "0\n",
         "huge pages on NUMA node 1: none free: `scripts/nic pages --size 2M 1024 --node 1`"},
        {"../../../bus/pci/devices/0000:3b:00.1/numa_node", "0\n",
         "0000:3b:00.1: on NUMA node 0, core 3 on 1: take cores of"}}) {
    const bool was_there = fs::exists(tree.at(cpus + file));
    const std::string before = content(cpus + file);
    put(cpus + file, text);
    const Said seen = nic("check --cores 3");
    EXPECT_EQ(seen.status, 1) << said;
    EXPECT_THAT(seen.output, HasSubstr("FAULT  " + std::string(said)));
    put(cpus + file, before);
    if (!was_there) fs::remove(tree.at(cpus + file));
  }
  EXPECT_EQ(nic("check --cores 3").status, 0);
  EXPECT_THAT(nic(std::string("check --cores 3 ") + kNic).output,
              HasSubstr("FAULT  0000:3b:00.0: with ice: `scripts/nic bind 0000:3b:00.0`"));
  fs::remove_all(tree.at("sys/kernel/iommu_groups"));
  EXPECT_THAT(nic("check --cores 3").output, HasSubstr("FAULT  IOMMU: off: enable VT-d or AMD-Vi"));
}

TEST_F(NicScriptTest, AGroupThatAnotherDriverSharesIsAFault) {
  add_device("0000:3b:00.2", "0x020000", "ice", 1, 42);
  fs::create_directories(tree.at("sys/kernel/iommu_groups/41/devices/0000:3b:00.2"));
  EXPECT_THAT(
      nic("check --cores 3").output,
      HasSubstr("FAULT  0000:3b:00.1: its IOMMU group has 0000:3b:00.2 (ice) too: bind these as well"));
  expect_refused(std::string("bind ") + kOther, "0000:3b:00.1 cannot be used yet: its IOMMU group has ");
}

TEST_F(NicScriptTest, SaysWhatToPutOnTheKernelsCommandLine) {
  const Said intel = nic("cmdline --cores 1,3-5 --size 1G 16");
  EXPECT_EQ(intel.status, 0) << intel.errors;
  EXPECT_EQ(intel.output,
            "intel_iommu=on iommu=pt isolcpus=managed_irq,domain,1,3-5 nohz_full=1,3-5 rcu_nocbs=1,3-5 "
            "default_hugepagesz=1G hugepagesz=1G hugepages=16\n");
  put("proc/cpuinfo", "vendor_id\t: AuthenticAMD\n");
  EXPECT_EQ(nic("cmdline --cores 1").output,
            "iommu=pt isolcpus=managed_irq,domain,1 nohz_full=1 rcu_nocbs=1\n");
  expect_refused("cmdline --cores one", "--cores wants the workers' cores, like 1,3-5");
  expect_refused("cmdline --cores 1 --size 1G", "--size wants the number of pages too");
  EXPECT_EQ(nic("cmdline --corse 1").status, 2);
}

}  // namespace
}  // namespace headwater::test
