// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "dataplane/worker/now.h"
#include "tests/support/program_generator.h"

namespace headwater::daemon {
namespace {

TEST(Files, AFileThatIsCutWhileItPlaysIsReportedOnce) {
  const std::filesystem::path path =
      testing::TempDir() + "headwaterd-files-" + std::to_string(getpid()) + ".ts";
  {
    test::ProgramGenerator generator(
        {.programs = {test::television(1, 0x100, 1'000'000)}, .rate = 2'000'000, .first_pcr = {}});
    std::ofstream out(path, std::ios::binary);
    for (int k = 0; k < 2'000; ++k) {
      for (const std::uint8_t byte : generator.next().packet) out.put(static_cast<char>(byte));
    }
  }
  config::Input input;
  input.id = "loop";
  input.kind = config::Input::Kind::kFile;
  input.path = path.string();
  config::Configuration configuration;
  configuration.inputs = {input};
  dataplane::InputPlan part;
  part.id = "loop";
  dataplane::Plan plan;
  plan.inputs = {std::make_shared<dataplane::InputPlan>(part)};

  Files files(configuration, plan, 1, dataplane::monotonic_now());
  EXPECT_TRUE(files.failures().empty());
  EXPECT_TRUE(files.watch().empty());
  std::filesystem::resize_file(path, 0);
  files.start();
  std::vector<std::string> failed;
  while (failed.empty()) {
    failed = files.watch();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_EQ(failed, std::vector<std::string>{"loop"});
  EXPECT_THAT(files.failures().at("loop"), testing::HasSubstr("the file was cut or replaced"));
  EXPECT_TRUE(files.watch().empty());
  files.stop();
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace headwater::daemon
