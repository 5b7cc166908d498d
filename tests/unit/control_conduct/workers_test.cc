// SPDX-License-Identifier: Apache-2.0
//
// Which worker owns what, of several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_conduct/house.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct OfTwoWorkers : testing::Test {
  House house{64, {}, 2};

  // Every channel on the air.
  std::shared_ptr<const Plan> run(const config::Configuration& configuration) {
    EXPECT_TRUE(house.apply(configuration).empty());
    for (std::size_t i = 0; i < configuration.inputs.size(); ++i)
      house.carry(i, pmt(1, 0, 0x101, {video(0x101)}), house.now);
    return house.step();
  }
  std::vector<std::uint32_t> owners() {
    std::vector<std::uint32_t> owners;
    for (const InputStatus& input : house.conductor->inputs()) owners.push_back(input.worker.index);
    return owners;
  }
};

TEST_F(OfTwoWorkers, EachOwnsAnInputAndTheOutputFollowsItsInput) {
  auto configuration = make_configuration(2);
  const auto plan = run(configuration);
  EXPECT_EQ(input_of(*plan, 0)->worker.index, 0U);
  EXPECT_EQ(input_of(*plan, 1)->worker.index, 1U);
  EXPECT_THAT(owners(), ElementsAre(0, 1));
  EXPECT_EQ(output_of(*plan, "ch0")->worker.index, 0U);
  EXPECT_EQ(output_of(*plan, "ch1")->worker.index, 1U);

  configuration.channels[0].inputs = {input_id(1)};
  const auto moved = run(configuration);
  EXPECT_EQ(output_of(*moved, "ch0")->slot, output_of(*plan, "ch0")->slot);
  EXPECT_EQ(output_of(*moved, "ch0")->worker.index, 1U);
  EXPECT_THAT(owners(), ElementsAre(0, 1)) << "inputs stay";
}

// Each output copies it once more.
TEST_F(OfTwoWorkers, AnInputOfManyChannelsWeighsMore) {
  auto configuration = make_configuration(1);
  for (std::size_t i = 1; i < 4; ++i) {
    configuration.inputs.push_back(make_input(i));
    configuration.channels.push_back(make_channel(i, 0));
  }
  run(configuration);
  EXPECT_THAT(owners(), ElementsAre(0, 1, 1, 1)) << "5 times the rate, and once the rate each";
}

TEST_F(OfTwoWorkers, ANewInputGoesWhereThereIsLessToDoNow) {
  auto configuration = make_configuration(2);
  run(configuration);
  // Nobody takes the first any more, and the second goes out twice.
  configuration.channels[0].inputs = {input_id(1)};
  configuration.inputs.push_back(make_input(2));
  run(configuration);
  EXPECT_THAT(owners(), ElementsAre(0, 1, 0));
  configuration.inputs.push_back(make_input(3));
  run(configuration);
  EXPECT_THAT(owners(), ElementsAre(0, 1, 0, 0));
}

TEST_F(OfTwoWorkers, APortFarFromAllOfThemIsAWarning) {
  house.nodes = {0U, 0U};
  house.port_node = 1U;
  house.wake();
  run(make_configuration(2));
  const auto far = AllOf(HasSubstr("event=port.far port=p "), HasSubstr("NUMA node 1"));
  EXPECT_THAT(house.lines, Contains(far).Times(1));
  run(make_configuration(1));
  EXPECT_THAT(house.lines, Contains(far).Times(1)) << "once";
}

TEST_F(OfTwoWorkers, APortThatIsNearOneOfThemOrNobodyKnowsWhereIsNone) {
  house.nodes = {0U, 1U};
  house.port_node = 1U;
  house.wake();
  run(make_configuration(1));
  house.port_node.reset();
  house.wake();
  run(make_configuration(1));
  EXPECT_THAT(house.lines, Not(Contains(HasSubstr("port.far"))));
}

}  // namespace
}  // namespace headwater::control
