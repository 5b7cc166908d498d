// SPDX-License-Identifier: Apache-2.0
//
// The checks of PCI devices and huge pages against a sysfs of our own making.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "dataplane/dpdk/huge_pages.h"
#include "dataplane/dpdk/pci.h"

namespace headwater::dataplane::dpdk {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Sysfs : public ::testing::Test {
 protected:
  Sysfs() {
    std::string name = (fs::temp_directory_path() / "headwater-sysfs-XXXXXX").string();
    root = mkdtemp(name.data());
  }
  ~Sysfs() override { fs::remove_all(root); }

  void file(const fs::path& path, const std::string& content) const {
    fs::create_directories((root / path).parent_path());
    std::ofstream(root / path) << content << "\n";
  }
  void pci(const std::string& address, const std::string& pci_class, const std::string& driver) const {
    const fs::path device = fs::path("bus/pci/devices") / address;
    file(device / "class", pci_class);
    if (driver.empty()) return;
    fs::create_directories(root / "bus/pci/drivers" / driver);
    fs::create_symlink(root / "bus/pci/drivers" / driver, root / device / "driver");
  }
  void pages(const char* size, int total, int free) const {
    const fs::path folder = fs::path("kernel/mm/hugepages") / size;
    file(folder / "nr_hugepages", std::to_string(total));
    file(folder / "free_hugepages", std::to_string(free));
  }

  fs::path root;
};

TEST_F(Sysfs, MissingDeviceListsWhatThereIs) {
  pci("0000:00:1f.3", "0x040300", "snd_hda_intel");
  pci("0000:3b:00.1", "0x020000", "ixgbe");
  pci("0000:3b:00.2", "0x020000", "");
  const auto checked = check_pci_device("0000:3b:00.0", root);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error(),
            "no device 0000:3b:00.0 on the PCI bus; `lspci -nn | grep Ethernet` shows what there is: "
            "0000:3b:00.1 (ixgbe), 0000:3b:00.2 (no driver)");
}

TEST_F(Sysfs, KernelDriverIsNamedWithItsInterfaceAndTheWayOut) {
  pci("0000:3b:00.0", "0x020000", "ixgbe");
  file("bus/pci/devices/0000:3b:00.0/net/eth2/mtu", "1500");
  const auto checked = check_pci_device("0000:3b:00.0", root);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error(),
              AllOf(HasSubstr("driver ixgbe (interface eth2)"), HasSubstr("bind it to vfio-pci"),
                    HasSubstr("echo 0000:3b:00.0 > /sys/bus/pci/devices/0000:3b:00.0/driver/unbind")));
}

TEST_F(Sysfs, VirtioInterfaceIsFoundOneLevelDown) {
  pci("0000:00:03.0", "0x020000", "virtio-pci");
  file("bus/pci/devices/0000:00:03.0/virtio1/net/ens3/mtu", "1500");
  const auto checked = check_pci_device("0000:00:03.0", root);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error(), HasSubstr("driver virtio-pci (interface ens3)"));
}

TEST_F(Sysfs, UnboundDeviceNeedsNoUnbinding) {
  pci("0000:3b:00.0", "0x020000", "");
  const auto checked = check_pci_device("0000:3b:00.0", root);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error(), AllOf(HasSubstr("has no driver"), HasSubstr("drivers_probe"),
                                     ::testing::Not(HasSubstr("unbind"))));
}

TEST_F(Sysfs, OtherThanNetworkIsRefused) {
  pci("0000:00:1f.3", "0x040300", "vfio-pci");
  const auto checked = check_pci_device("0000:00:1f.3", root);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error(), HasSubstr("is no network card (PCI class 0x040300)"));
}

TEST_F(Sysfs, VfioNeedsAnIommu) {
  pci("0000:3b:00.0", "0x020000", "vfio-pci");
  fs::create_directories(root / "kernel/iommu_groups");
  const auto without = check_pci_device("0000:3b:00.0", root);
  ASSERT_FALSE(without);
  EXPECT_THAT(without.error(), HasSubstr("IOMMU is off"));

  fs::create_directories(root / "kernel/iommu_groups/7");
  EXPECT_TRUE(check_pci_device("0000:3b:00.0", root));
}

TEST_F(Sysfs, VfioWithoutIommuGoesWhereTheOperatorAllowsIt) {
  pci("0000:3b:00.0", "0x020000", "vfio-pci");
  file("module/vfio/parameters/enable_unsafe_noiommu_mode", "Y");
  EXPECT_TRUE(check_pci_device("0000:3b:00.0", root));
}

TEST_F(Sysfs, NvidiaSharesItsCardWithTheKernel) {
  pci("0000:3b:00.0", "0x020000", "mlx5_core");
  EXPECT_TRUE(check_pci_device("0000:3b:00.0", root));
}

TEST_F(Sysfs, EnoughHugePagesOfAnySizeAreLeftAlone) {
  pages("hugepages-2048kB", 10, 4);
  pages("hugepages-1048576kB", 2, 1);
  EXPECT_TRUE(ensure_huge_pages((1024ULL + 8) << 20, root));
  std::string total;
  std::ifstream(root / "kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") >> total;
  EXPECT_EQ(total, "10");
}

TEST_F(Sysfs, TooFewHugePagesAreAskedForAndExplained) {
  // 100 in all, 16 free (32 MiB); 576 MiB need 272 more. Our sysfs takes the figure, but gives no page.
  pages("hugepages-2048kB", 100, 16);
  const auto ensured = ensure_huge_pages(576ULL << 20, root);
  ASSERT_FALSE(ensured);
  EXPECT_THAT(ensured.error(), AllOf(HasSubstr("576 MiB of huge pages are needed, 32 MiB are free"),
                                     HasSubstr("echo 372 >"), HasSubstr("huge_pages: false")));
  std::string total;
  std::ifstream(root / "kernel/mm/hugepages/hugepages-2048kB/nr_hugepages") >> total;
  EXPECT_EQ(total, "100") << "as it was";
}

// What else runs here needs the memory more than a start that cannot succeed.
TEST_F(Sysfs, MoreMemoryThanThereIsIsNotAskedFor) {
  pages("hugepages-2048kB", 100, 16);
  file("meminfo", "MemTotal:  2097152 kB\nMemFree:  1 kB\nMemAvailable:  524288 kB\n");
  EXPECT_THAT(ensure_huge_pages((512ULL + 32 + 2) << 20, root, root / "meminfo").error(),
              HasSubstr("the machine has not so much memory to spare"));
  EXPECT_THAT(ensure_huge_pages((512ULL + 32) << 20, root, root / "meminfo").error(),
              HasSubstr("no more contiguous memory"));
}

TEST_F(Sysfs, KernelWithoutHugePagesIsTold) {
  const auto ensured = ensure_huge_pages(1, root);
  ASSERT_FALSE(ensured);
  EXPECT_THAT(ensured.error(), HasSubstr("no 2 MiB huge pages"));
}

}  // namespace
}  // namespace headwater::dataplane::dpdk
