// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/tools_headwaterd/view_fixture.h"

namespace headwater::daemon {
namespace {

using ViewInputs = ViewTest;

TEST_F(ViewInputs, EachWithItsOwnCountersAndHistory) {
  begin_on_air(300);
  input_counters(299).packets.add(10);
  const std::vector<api::InputSnapshot> inputs = view->inputs();
  ASSERT_EQ(inputs.size(), 300U);
  EXPECT_EQ(inputs[299].id, "in299");
  EXPECT_EQ(inputs[299].packets, 11U);
  for (const api::InputSnapshot& input : inputs) {
    EXPECT_EQ(input.state, api::InputState::kOk) << input.id;
    EXPECT_GT(input.history_capacity, 0U) << input.id;
  }
}

TEST_F(ViewInputs, OneById) {
  begin_on_air(3);
  ASSERT_TRUE(view->input("in2"));
  EXPECT_EQ(view->input("in2")->programs.size(), 1U);
  EXPECT_FALSE(view->input("in3"));
}

}  // namespace
}  // namespace headwater::daemon
