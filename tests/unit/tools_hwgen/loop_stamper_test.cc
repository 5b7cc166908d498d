// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/loop_stamper.h"

#include <gtest/gtest.h>

#include <vector>

#include "psi/ts/continuity.h"
#include "tests/support/elementary.h"
#include "tests/support/program_generator.h"

namespace headwater::hwgen {
namespace {

TEST(LoopStamper, ALoopedFileHasCleanContinuityAndOneFlaggedPcrASeam) {
  test::ProgramGenerator generator(
      {.programs = {test::television(1, 0x100, 1'000'000, 2)}, .rate = 2'000'000, .first_pcr = {}});
  std::vector<ts::Packet> file;
  for (int packet = 0; packet < 777; ++packet) file.push_back(generator.next().packet);

  LoopStamper stamper;
  std::vector<ts::Packet> played;
  unsigned flagged = 0;
  for (int loop = 0; loop < 3; ++loop) {
    if (loop > 0) stamper.seam();
    for (ts::Packet packet : file) {
      stamper.stamp(packet);
      const auto view = ts::PacketView::parse(packet);
      ASSERT_TRUE(view.has_value());
      if (view->discontinuity_indicator()) {
        ++flagged;
        EXPECT_TRUE(view->pcr().has_value());
      }
      played.push_back(packet);
    }
  }
  EXPECT_EQ(flagged, 2U);
  EXPECT_EQ(test::elementary_of(played).errors, 0U);
}

}  // namespace
}  // namespace headwater::hwgen
