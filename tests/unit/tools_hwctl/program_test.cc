// SPDX-License-Identifier: Apache-2.0
//
// hwctl itself, as a shell runs it, against a server of the API with fixture data.
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace headwater::hwctl {
namespace {

using Json = nlohmann::ordered_json;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

struct ProgramTest : ::testing::Test {
  Outcome hwctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), HWCTL);
    arguments.insert(arguments.end(), {"--socket", headend.socket});
    return run_program(arguments);
  }
  HeadendOnASocket headend;
};

TEST_F(ProgramTest, DataOnStdoutNothingOnStderr) {
  const Outcome outcome = hwctl({"status"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, StartsWith("oslo-1: 2 things are not in order"));
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.out.find('\x1b'), std::string::npos);  // no colour into a pipe
}

TEST_F(ProgramTest, EveryCommandAnswersInEveryFormat) {
  const std::vector<std::vector<std::string>> commands = {
      {"status"},
      {"version"},
      {"time", "show"},
      {"channel", "list"},
      {"channel", "show", "das-erste"},
      {"input", "list"},
      {"input", "show", "erste-a"},
      {"port", "list"},
      {"port", "show", "west"},
      {"ledger"},
      {"ledger", "das-erste"},
  };
  for (std::vector<std::string> command : commands) {
    const std::string name = ::testing::PrintToString(command);
    EXPECT_EQ(hwctl(command).exit, 0) << name;
    command.insert(command.end(), {"-o", "json"});
    const Outcome json = hwctl(command);
    EXPECT_EQ(json.exit, 0) << name;
    EXPECT_FALSE(Json::parse(json.out, nullptr, false).is_discarded()) << name;
    command.back() = "yaml";
    const Outcome yaml = hwctl(command);
    EXPECT_EQ(yaml.exit, 0) << name;
    EXPECT_THAT(yaml.out, HasSubstr(": ")) << name;
  }
}

// Through the shell, as a script has it; the verdict is the program's own.
TEST_F(ProgramTest, TheVerdictStandsWhoeverReads) {
  const std::string file = ::testing::TempDir() + "hwctl-verdict-" + std::to_string(::getpid()) + ".yaml";
  std::ofstream(file) << "headend: { nmae: x }\n";
  const auto exit_of = [&](const std::string& line) {
    const Outcome outcome = run_program({"/bin/bash", "-c", line});
    return outcome.out + outcome.err;
  };
  const std::string check = std::string(HWCTL) + " config check " + file + " --socket " + headend.socket;
  const std::string status = std::string(HWCTL) + " status --socket " + headend.socket;
  EXPECT_THAT(exit_of(check + " 2>/dev/null | true; echo ${PIPESTATUS[0]}"), StartsWith("1"));
  EXPECT_THAT(exit_of(check + " >/dev/full 2>/dev/null; echo $?"), StartsWith("1"));
  EXPECT_THAT(exit_of(check + " >&- 2>/dev/null; echo $?"), StartsWith("1"));
  EXPECT_THAT(exit_of(status + " | true; echo ${PIPESTATUS[0]}"), StartsWith("0"));
  EXPECT_THAT(exit_of(status + " >/dev/full; echo $?"), HasSubstr("cannot be written"));
  EXPECT_THAT(exit_of(status + " >/dev/full 2>/dev/null; echo $?"), StartsWith("1"));
  EXPECT_THAT(exit_of("timeout 20 " + status + " --watch=0.1 | head -1 >/dev/null; echo ${PIPESTATUS[0]}"),
              StartsWith("0"))
      << "watching ends when nobody looks";
  std::filesystem::remove(file);
}

TEST_F(ProgramTest, JsonIsTheServersOwn) {
  const Json channel = Json::parse(hwctl({"channel", "show", "das-erste", "-o", "json"}).out);
  EXPECT_EQ(channel["pids"].size(), 3U);
  EXPECT_EQ(channel["bitrate_bps"], 8'060'000);
}

TEST_F(ProgramTest, AnIdWithASlashFindsItsWay) {
  EXPECT_THAT(hwctl({"ledger", "das-erste/0"}).out, HasSubstr("output das-erste/0\n"));
}

TEST_F(ProgramTest, AnUnknownIdFailsWithAdvice) {
  const Outcome outcome = hwctl({"channel", "show", "das-erst"});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "hwctl: no channel \"das-erst\"; did you mean \"das-erste\"?\n");
}

TEST_F(ProgramTest, WrongUseIsTwo) {
  const Outcome outcome = hwctl({"chanel", "list"});
  EXPECT_EQ(outcome.exit, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err, "hwctl: unknown noun \"chanel\"; did you mean \"channel\"?\nsee hwctl --help\n");
}

TEST_F(ProgramTest, VersionOfBothSides) {
  const Json json = Json::parse(hwctl({"version", "-o", "json"}).out);
  EXPECT_EQ(json["appliance"], "0.1.0");
  EXPECT_FALSE(json["hwctl"].get<std::string>().empty());
}

TEST_F(ProgramTest, AppliesTheConfigurationAndSaysWhatChanged) {
  control::api::AppliedConfig applied{.applied = true, .file = "headend.yaml", .problems = {}, .changes = {}};
  applied.changes.channels = {.added = {"a", "b"}, .changed = {"c"}, .removed = {}};
  applied.changes.headend = true;
  headend.control.set_applied(applied);
  const Outcome done = hwctl({"config", "apply"});
  EXPECT_EQ(done.exit, 0);
  EXPECT_EQ(done.out, "");
  EXPECT_EQ(done.err,
            "headend.yaml: applied: 2 channels added, 1 channel changed, the headend's own settings\n");

  headend.control.set_applied(
      {.applied = false,
       .file = "headend.yaml",
       .problems = {.errors = {{{"headend.yaml", 4, 2}, "no such key"}}, .warnings = {}},
       .changes = {}});
  const Outcome refused = hwctl({"config", "apply"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.out, "headend.yaml:4:2: no such key\n");
  EXPECT_THAT(refused.err, HasSubstr("headend.yaml: 1 error: nothing was taken over"));
}

TEST_F(ProgramTest, ShowsTheConfigurationThatRuns) {
  const Outcome said = hwctl({"config", "show"});
  EXPECT_EQ(said.exit, 0);
  EXPECT_EQ(said.out, "headend: {}\n");
  EXPECT_EQ(said.err, "");
  EXPECT_EQ(hwctl({"config", "show", "--expanded"}).out, "headend: { poll: adaptive }\n");
  EXPECT_EQ(run_program({HWCTL, "config", "show", "--socket", "/nowhere/api.sock"}).exit, 3);
}

// Without an appliance.
TEST_F(ProgramTest, ImportsAChannelListAndSaysWhatItDidNotTake) {
  const std::string file = headend.directory.file("channels.list");
  const auto import = [&](const std::string& text, std::vector<std::string> more) {
    std::ofstream(file) << text;
    more.insert(more.begin(), {HWCTL, "lineup", "import", file});
    return run_program(more);
  };
  const Outcome whole =
      import("#EXTM3U\n#EXTINF:-1,A\nudp://@239.1.1.1:5000\n", {"--set", "inputs.port=west"});
  EXPECT_EQ(whole.exit, 0);
  EXPECT_EQ(whole.out, "id,name,inputs.source,inputs.port\na,A,udp://239.1.1.1:5000,west\n");
  EXPECT_EQ(whole.err, file + ": 1 channel taken, 0 errors, 0 warnings\n");

  const Outcome part =
      import("#EXTM3U\n#EXTINF:-1 tvg-id=\"a\",A\nudp://@239.1.1.1:5000\nhttp://x\n", {"-o", "yaml"});
  EXPECT_EQ(part.exit, 1);
  EXPECT_EQ(part.out,
            "channels:\n  - id: \"a\"\n    name: \"A\"\n    inputs:\n      - { source: "
            "\"udp://239.1.1.1:5000\" }\n");
  EXPECT_EQ(part.err, file + ":4:1: no line `#EXTINF:-1,NAME` before this one: the channel has no name\n" +
                          file + ":2:12: warning: `tvg-id`: a lineup has no place for it\n" + file +
                          ": 1 channel taken, 1 error, 1 warning\n");

  const Outcome nothing = import("udp://@239.1.1.1:5000\n", {"--format", "m3u"});
  EXPECT_EQ(nothing.exit, 1);
  EXPECT_EQ(nothing.out, "") << "an empty table is none";

  const Outcome unknown = import("a,b\n", {});
  EXPECT_EQ(unknown.exit, 2);
  EXPECT_THAT(unknown.err, HasSubstr("what is it? --format csv, m3u or dvblast says it"));
  EXPECT_EQ(import("239.1.1.1 1 1\n", {"--format", "dvblast"}).exit, 2) << "of which input?";
  EXPECT_EQ(import("239.1.1.1 1 1\n", {"--format", "m3u", "--column", "name=x"}).exit, 2);
  EXPECT_THAT(import("239.1.1.1 1 1\n", {"--format", "dvblast", "--set", "inputs=mux"}).out,
              HasSubstr(",mux,1,"));
  std::filesystem::remove(file);
  EXPECT_EQ(import("", {"--format", "csv"}).exit, 1) << "an empty file";
  EXPECT_THAT(run_program({HWCTL, "lineup", "import", headend.directory.file("none")}).err,
              HasSubstr("none cannot be read: No such file or directory"));
  EXPECT_THAT(run_program({HWCTL, "lineup", "import", "/tmp"}).err,
              HasSubstr("/tmp cannot be read: it is not a file"));
}

TEST_F(ProgramTest, AServersFailureIsOne) {
  control::http::Router router;
  router.add("GET", "/v1/status", [](const control::http::Request&) -> control::http::Response { throw 1; });
  control::http::Server broken(router);
  const std::string socket = headend.directory.file("broken.sock");
  ASSERT_TRUE(broken.listen_unix(socket).has_value());
  broken.start();
  const Outcome outcome = run_program({HWCTL, "status", "--socket", socket});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_THAT(outcome.err, HasSubstr("its log says why"));
}

TEST(ProgramWithoutAppliance, NotReachableIsThree) {
  const Outcome outcome = run_program({HWCTL, "status"}, {"HEADWATER_SOCKET=/nowhere/api.sock"});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, StartsWith("hwctl: cannot reach the appliance at /nowhere/api.sock: "));
  EXPECT_THAT(outcome.err, HasSubstr("is headwaterd running?"));
}

TEST(ProgramWithoutAppliance, KnowsItsOwnVersion) {
  const Outcome outcome = run_program({HWCTL, "version", "--socket", "/nowhere/api.sock"});
  EXPECT_EQ(outcome.exit, 3);
  EXPECT_THAT(outcome.out, StartsWith("hwctl "));
}

TEST(ProgramWithoutAppliance, AsksNobodyWhatItIs) {
  const Outcome outcome = run_program({HWCTL, "--version"}, {"HEADWATER_SOCKET=/nowhere/api.sock"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("hwctl [0-9.]+\n"));
  EXPECT_EQ(outcome.err, "");
}

TEST(ProgramWithoutAppliance, Helps) {
  const Outcome outcome = run_program({HWCTL, "--help"});
  EXPECT_EQ(outcome.exit, 0);
  EXPECT_THAT(outcome.out, HasSubstr("usage: hwctl NOUN [VERB] [ARGUMENT] [options]"));
  EXPECT_EQ(outcome.err, "");
}

TEST(ProgramWithoutAppliance, ChecksAConfiguration) {
  const control::http::TemporaryDirectory directory;
  const std::string good = directory.file("good.yaml");
  std::ofstream(good) << "headend: { name: oslo-1 }\n";
  const Outcome fine = run_program({HWCTL, "config", "check", good});
  EXPECT_EQ(fine.exit, 0) << fine.out << fine.err;
  EXPECT_THAT(fine.err, StartsWith(good + ": valid"));

  const std::string bad = directory.file("bad.yaml");
  std::ofstream(bad) << "headend:\n  nmae: oslo-1\n";
  const Outcome wrong = run_program({HWCTL, "config", "check", bad});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_THAT(wrong.out, StartsWith(bad + ":2:3: "));
  EXPECT_THAT(wrong.err, HasSubstr("1 error"));
  const Outcome json = run_program({HWCTL, "config", "check", bad, "-o", "json"});
  EXPECT_EQ(json.exit, 1);
  EXPECT_EQ(Json::parse(json.out)["errors"][0]["line"], 2);

  EXPECT_EQ(run_program({HWCTL, "config", "check", directory.file("none.yaml")}).exit, 1);
}

TEST(ProgramWithoutAppliance, ShowsWhatAConfigurationComesTo) {
  const control::http::TemporaryDirectory directory;
  const std::string file = directory.file("headend.yaml");
  std::ofstream(file) << "variables: { city: oslo }\nheadend: { name: \"${city}-1\" }\n";
  const Outcome said = run_program({HWCTL, "config", "show", file});
  EXPECT_EQ(said.exit, 0) << said.err;
  EXPECT_THAT(said.out, HasSubstr("  name: \"oslo-1\""));
  EXPECT_THAT(said.out, HasSubstr("# " + file + ":2:18\n"));
  EXPECT_THAT(said.out, Not(HasSubstr("memory:")));
  const Outcome all = run_program({HWCTL, "config", "show", file, "--expanded"});
  EXPECT_THAT(all.out, HasSubstr("  memory: 512M"));

  std::ofstream(file) << "headend: { network_id: 2 }\n";
  const Outcome odd = run_program({HWCTL, "config", "show", file});
  EXPECT_EQ(odd.exit, 0);
  EXPECT_EQ(odd.err, file + ":1:12: warning: headend: `network_id` has no effect in this version\n");

  std::ofstream(file) << "headend: { nmae: oslo-1 }\n";
  const Outcome wrong = run_program({HWCTL, "config", "show", file});
  EXPECT_EQ(wrong.exit, 1);
  EXPECT_EQ(wrong.out, "");
  EXPECT_THAT(wrong.err, HasSubstr("1 error: hwctl config check " + file + " prints them"));
}

}  // namespace
}  // namespace headwater::hwctl
