// SPDX-License-Identifier: Apache-2.0
//
// `scripts/lab nic`: headwaterd on emulated network cards behind an IOMMU. The script judges what the boxes
// and headwaterd say; here every packet that a box recorded is compared with what the encoder sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "tests/support/source_tree.h"
#include "tests/system/headend_fixture.h"

namespace headwater::test {
namespace {

using ::testing::ContainsRegex;

class LabNic : public HeadendLabTest {
 protected:
  void SetUp() override {}  // the lab is the script's

  void expect_played(const std::string& recorded, const std::string& played,
                     const std::map<std::uint16_t, std::uint16_t>& pids) const {
    SCOPED_TRACE(recorded);
    expect_streams(packets_of(read_file(folder.at(recorded))), packets_of(read_file(folder.at(played))), pids,
                   1);
  }

  const Folder folder;
};

TEST_F(LabNic, ChannelsArriveWholeThroughAnEmulatedE1000e) {
  static_cast<void>(folder.write("one.ts", service(1, 5)));
  static_cast<void>(folder.write("two.ts", service(2, 5)));
  Process nic({"env", "HEADWATER_LAB=hwnic" + std::to_string(getpid()),
               "HEADWATER_BIN=" + std::filesystem::path(HEADWATER_HEADWATERD).parent_path().string(),
               "HEADWATER_NIC_WORK=" + folder.at(""), (source_tree() / "scripts/lab").string(), "nic"});
  const auto status = nic.wait(std::chrono::minutes(4));
  if (status == 77) GTEST_SKIP() << nic.errors();
  ASSERT_EQ(status, 0) << nic.output() << nic.errors();
  for (const char* line :
       {"0000:00:04.0: from e1000e to vfio-pci", "OK     0000:00:04.0: with vfio-pci",
        "headend-hd0 239.1.1.1\n", "headend-hd0 232.1.1.2 10.1.0.5\n", "everything is in order",
        "0000:00:04.0: process [0-9]+ \\(headwaterd\\) uses it", "0000:00:05.0: back to e1000e"}) {
    EXPECT_THAT(nic.output(), ContainsRegex(line));
  }
  // As config/examples/nic.yaml allocates the PIDs of the one, and keeps those of the other.
  expect_played("box1.ts", "one.ts", {{0x101, 0x1f1}, {0x102, 0x200}});
  expect_played("box2.ts", "two.ts", {{0x101, 0x101}, {0x102, 0x102}});
}

}  // namespace
}  // namespace headwater::test
