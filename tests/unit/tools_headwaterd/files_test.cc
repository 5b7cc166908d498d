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
  // Plays until it ends; gives why.
  std::string play_after(const std::function<void()>& harm) {
    config::Input input;
    input.id = "loop";
    input.kind = config::Input::Kind::kFile;
    input.path = path_.string();
    config::Configuration configuration;
    configuration.inputs = {input};
    dataplane::InputPlan part;
    part.id = "loop";
    dataplane::Plan plan;
    plan.inputs = {std::make_shared<dataplane::InputPlan>(part)};

    Files files(1);
    const control::FileFacts facts = files.stage(configuration, Files::open(files.missing(configuration)));
    EXPECT_EQ(facts.at("loop").trouble, "");
    files.bind(plan, dataplane::monotonic_now());
    EXPECT_TRUE(files.failures().empty());
    EXPECT_TRUE(files.watch().empty());
    harm();
    files.start();
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

}  // namespace
}  // namespace headwater::daemon
