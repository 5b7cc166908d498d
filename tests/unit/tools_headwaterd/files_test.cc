// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>

#include "dataplane/worker/now.h"
#include "tests/support/program_generator.h"

namespace headwater::daemon {
namespace {

class FilesTest : public testing::Test {
 protected:
  // Longer than what a reader holds at once.
  FilesTest() { write(0x100); }
  ~FilesTest() override { std::filesystem::remove(path_); }

  void write(std::uint16_t first_pid) const {
    test::ProgramGenerator generator(
        {.programs = {test::television(1, first_pid, 1'000'000)}, .rate = 2'000'000, .first_pcr = {}});
    std::ofstream out(path_, std::ios::binary | std::ios::in);
    if (!out) out.open(path_, std::ios::binary);
    for (int k = 0; k < 2'000; ++k) {
      for (const std::uint8_t byte : generator.next().packet) out.put(static_cast<char>(byte));
    }
  }
  [[nodiscard]] config::Configuration one_file() const {
    config::Input input;
    input.id = "loop";
    input.kind = config::Input::Kind::kFile;
    input.path = path_.string();
    config::Configuration configuration;
    configuration.inputs = {input};
    return configuration;
  }
  static dataplane::Plan plan_of(const dataplane::InputPlan& part) {
    dataplane::Plan plan;
    plan.inputs = {std::make_shared<dataplane::InputPlan>(part)};
    return plan;
  }
  // Plays until it ends; gives why.
  std::string play_after(const std::function<void()>& harm) {
    const config::Configuration configuration = one_file();
    dataplane::InputPlan part;
    part.id = "loop";
    const dataplane::Plan plan = plan_of(part);

    const dataplane::WorkerClock clock;
    Files files(1);
    const control::FileFacts facts = files.stage(configuration, Files::open(files.missing(configuration)));
    EXPECT_EQ(facts.at("loop").trouble, "");
    files.bind(plan, clock.now());
    EXPECT_TRUE(files.failures().empty());
    EXPECT_TRUE(files.watch().empty());
    harm();
    files.start([&clock] { return clock.now(); });
    std::vector<std::string> failed;
    while (failed.empty()) {
      failed = files.watch();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    EXPECT_EQ(failed, std::vector<std::string>{"loop"});
    EXPECT_TRUE(files.watch().empty());  // told once
    files.stop();
    return files.failures().at("loop");
  }

  const std::filesystem::path path_ =
      testing::TempDir() + "headwaterd-files-" + std::to_string(getpid()) + ".ts";
};

TEST_F(FilesTest, AFileThatIsCutWhileItPlaysEnds) {
  EXPECT_THAT(play_after([this] { std::filesystem::resize_file(path_, 0); }),
              testing::HasSubstr("the file was cut or replaced"));
}

// As many bytes as before: nothing but its time tells.
TEST_F(FilesTest, AFileThatIsWrittenToWhileItPlaysEnds) {
  const auto harm = [this] {
    write(0x200);
    // The kernel's clock for files may not have moved on since they were first written.
    std::filesystem::last_write_time(path_,
                                     std::filesystem::last_write_time(path_) + std::chrono::seconds(1));
  };
  EXPECT_THAT(play_after(harm), testing::HasSubstr("the file was written to"));
}

// 2 Mb/s are 190 frames a second.
TEST_F(FilesTest, ALongerHistoryOfAFileThatPlaysIsGivenItsFrames) {
  const config::Configuration configuration = one_file();
  dataplane::InputPlan part;
  part.id = "loop";
  part.history_frames = 1 << 16;
  Files files(1);
  auto opened = Files::open(files.missing(configuration));
  const std::shared_ptr<dataplane::FileFeed> feed = opened[0].feed;
  static_cast<void>(files.stage(configuration, std::move(opened)));
  files.bind(plan_of(part), Instant{});
  const std::size_t before = feed->frames();
  EXPECT_LT(before, 1'000U);
  const auto* ring = files.rings()[0];
  part.held_for = Ticks27::seconds(20);
  files.bind(plan_of(part), Instant{});
  EXPECT_GT(feed->frames(), 20 * 190U);
  EXPECT_EQ(files.rings()[0], ring);
  const std::size_t grown = feed->frames();
  part.held_for = Ticks27::seconds(1);
  files.bind(plan_of(part), Instant{});
  EXPECT_EQ(feed->frames(), grown);
}

// A configuration after another: what stays is not touched, what goes is kept while the worker may hold its
// frames.
TEST_F(FilesTest, AnotherConfigurationLeavesAloneWhatItKeeps) {
  config::Configuration configuration;
  dataplane::Plan plan;
  for (std::uint32_t slot = 0; slot < 2; ++slot) {
    config::Input& input = configuration.inputs.emplace_back();
    input.id = slot == 0 ? "stays" : "moves";
    input.kind = config::Input::Kind::kFile;
    input.path = path_.string();
    dataplane::InputPlan part;
    part.slot = {slot};
    part.id = input.id;
    plan.inputs.set(std::make_shared<dataplane::InputPlan>(part));
  }
  plan.generation = 1;
  Files files(3);
  const control::FileFacts first = files.stage(configuration, Files::open(files.missing(configuration)));
  files.bind(plan, Instant{});
  const auto rings = files.rings();
  ASSERT_NE(rings[0], nullptr);
  ASSERT_NE(rings[1], nullptr);
  EXPECT_TRUE(files.missing(configuration).empty());

  configuration.inputs[1].file_rate = 1'000'000;
  const auto missing = files.missing(configuration);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].input, "moves");
  // Refused after all: nothing is different.
  static_cast<void>(files.stage(configuration, Files::open(missing)));
  files.drop();
  plan.generation = 2;
  files.bind(plan, Instant{});
  EXPECT_EQ(files.rings(), rings);

  const control::FileFacts second = files.stage(configuration, Files::open(missing));
  EXPECT_EQ(second.at("stays").serial, first.at("stays").serial);
  EXPECT_NE(second.at("moves").serial, first.at("moves").serial);
  dataplane::InputPlan moved;
  moved.slot = {2};
  moved.id = "moves";
  plan.inputs.clear(1);
  plan.inputs.set(std::make_shared<dataplane::InputPlan>(moved));
  plan.generation = 3;
  files.bind(plan, Instant{});
  EXPECT_EQ(files.rings()[0], rings[0]);
  EXPECT_EQ(files.rings()[1], rings[1]) << "the worker may still play it";
  EXPECT_NE(files.rings()[2], nullptr);
  files.settle(2);
  EXPECT_EQ(rings[1]->front(), nullptr) << "still there";
  files.settle(3);
}

TEST_F(FilesTest, AFileThatCannotBePlayedIsAFactAndTriedAgain) {
  config::Configuration configuration;
  config::Input& input = configuration.inputs.emplace_back();
  input.id = "loop";
  input.kind = config::Input::Kind::kFile;
  input.path = path_.string() + ".not-yet";
  Files files(1);
  const control::FileFacts facts = files.stage(configuration, Files::open(files.missing(configuration)));
  EXPECT_THAT(facts.at("loop").trouble, testing::HasSubstr(".not-yet"));
  files.keep();
  EXPECT_EQ(files.watch(), std::vector<std::string>{"loop"});
  std::filesystem::rename(path_, input.path);
  const control::FileFacts again = files.stage(configuration, Files::open(files.missing(configuration)));
  EXPECT_EQ(again.at("loop").trouble, "");
  files.keep();
  EXPECT_TRUE(files.failures().empty());
  std::filesystem::remove(input.path);
}

}  // namespace
}  // namespace headwater::daemon
