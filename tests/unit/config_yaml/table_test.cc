// SPDX-License-Identifier: Apache-2.0
//
// A lineup in a table, as spreadsheets and provisioning systems write it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "config/yaml/csv.h"
#include "config/yaml/yaml.h"
#include "tests/support/folder.h"
#include "tests/unit/config_yaml/cells.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Csv, IsReadAsSpreadsheetsWriteIt) {
  EXPECT_EQ(cells("a,b\n1,2\n"), "a|b|\n1|2|\n");
  EXPECT_EQ(cells("a,b\r\n1,2\r\n"), "a|b|\n1|2|\n") << "Windows";
  EXPECT_EQ(cells("\xEF\xBB\xBF"
                  "a;b\n1,5;2"),
            "a|b|\n1,5|2|\n")
      << "byte order mark, semicolons, no last line's end";
  EXPECT_EQ(cells("a\tb\n1\t2\n"), "a|b|\n1|2|\n");
  EXPECT_EQ(cells("a,b\n\"1, \"\"x\"\"\",\"line\nnext\"\n"), "a|b|\n1, \"x\"|line\nnext|\n");
  EXPECT_EQ(cells(" a , b \n\n,,\n 1 ,\" 2 \" \n"), "a|b|\n1| 2 |\n") << "blanks, and rows of nothing";
  EXPECT_EQ(cells(""), "");
}

TEST(Csv, KnowsThePlaceOfEachCell) {
  const auto rows = parse_csv("name,x\n\"two\nlines\",\"ü\",z\n", "t.csv");
  ASSERT_TRUE(rows);
  EXPECT_EQ(to_string((*rows)[1][0].where), "t.csv:2:1");
  EXPECT_EQ(to_string((*rows)[1][1].where), "t.csv:3:8");
  EXPECT_EQ(to_string((*rows)[1][2].where), "t.csv:3:12") << "in characters";
}

TEST(Csv, RefusesWhatCannotBeMeant) {
  EXPECT_EQ(cells("a,b\n\"1,2\n3,4\n"), "t.csv:2:1: a cell in quotes has no closing quote");
  EXPECT_THAT(cells("a,b\n\"1\"x,2\n"), HasSubstr("t.csv:2:4: text after a cell in quotes"));
  EXPECT_THAT(cells("a\n\xFC\n"), HasSubstr("t.csv:2:1: this is not UTF-8"));
}

class Table : public testing::Test {
 protected:
  Table() {
    write("main.yaml", R"(
ports: { west: { device: net_a, address: 10.1.0.10/24 }, east: { device: net_b, address: 10.2.0.10/24 } }
inputs: { news: { source: "udp://239.9.1.1:5000", port: west }, b: { source: "udp://239.9.1.2:5000", port: west } }
address_plan: { hd: { group: 239.20.0.0/16 + number, port_number: 5000 } }
variables: { senders: "10.1.0" }
profiles: { hd: { delay: 300ms }, radio: { outputs: [{ to: "rtp://{plan.hd}", port: east }] } }
lineup: { csv: "*.csv" }
)");
  }

  void write(const std::string& name, const std::string& text) { std::ofstream(folder_ / name) << text; }

  Configuration loaded(const std::string& table) {
    write("lineup.csv", table);
    auto result = load(folder_ / "main.yaml");
    if (result) return std::move(result->configuration);
    for (const Problem& each : result.error().errors) ADD_FAILURE() << each.to_string();
    return {};
  }
  std::string errors(const std::string& table) {
    write("lineup.csv", table);
    const auto result = load(folder_ / "main.yaml");
    if (result) return "taken";
    std::string all;
    for (const Problem& each : result.error().errors) {
      Problem beside = each;
      beside.where.file = fs::path(each.where.file).filename();
      all += beside.to_string() + "\n";
    }
    return all;
  }

  test::Folder made_;
  fs::path folder_ = made_.path();
};

TEST_F(Table, ColumnsAreKeysOfChannels) {
  const Configuration c = loaded(
      "name,number,profile,inputs,streams.languages,pids.pmt,outputs.to,outputs.port,outputs.2.to,outputs.2."
      "port\n"
      "News HD,1,hd,news|b,\"deu, eng\",0x20,rtp://{plan.hd},east,udp://239.30.0.1:6000,east\n"
      "Radio,2,radio,b,,,,,,\n");
  ASSERT_EQ(c.channels.size(), 2U);
  const Channel& news = c.channels[0];
  EXPECT_EQ(news.id, "news-hd");
  EXPECT_EQ(news.number, 1U);
  EXPECT_EQ(news.delay_ms, 300U);
  EXPECT_THAT(news.inputs, ElementsAre("news", "b"));
  EXPECT_THAT(news.streams.languages, ElementsAre("deu", "eng"));
  EXPECT_EQ(news.pids.pmt, Pid::from_wire(0x20));
  ASSERT_EQ(news.outputs.size(), 2U);
  EXPECT_EQ(news.outputs[0].group, "239.20.0.1");
  EXPECT_EQ(news.outputs[1].group, "239.30.0.1");
  EXPECT_EQ(to_string(news.outputs[1].places.at("to")), (folder_ / "lineup.csv").string() + ":2:58");
  const Channel& radio = c.channels[1];
  EXPECT_EQ(radio.outputs.at(0).group, "239.20.0.2") << "an empty cell says nothing: the profile's";
  EXPECT_FALSE(radio.pids.pmt);
}

// One file for a whole lineup: each row brings its input along.
TEST_F(Table, ARowMayBringItsInputs) {
  const Configuration c = loaded(
      "name,number,profile,inputs.source,inputs.port,inputs.from,inputs.2.source,inputs.2.port\n"
      "One,1,radio,rtp://232.1.1.1:5000,west,${senders}.5,udp://239.5.1.1:5000,west\n"
      "Two,2,radio,udp://239.5.1.2:5000,west,,,\n");
  ASSERT_EQ(c.channels.size(), 2U);
  EXPECT_THAT(c.channels[0].inputs, ElementsAre("one", "one.2"));
  EXPECT_THAT(c.channels[1].inputs, ElementsAre("two"));
  ASSERT_EQ(c.inputs.size(), 5U);
  EXPECT_EQ(c.inputs[2].id, "one");
  EXPECT_EQ(c.inputs[2].kind, Input::Kind::kRtp);
  EXPECT_EQ(c.inputs[2].from, "10.1.0.5");
  EXPECT_EQ(c.inputs[4].group, "239.5.1.2");
}

TEST_F(Table, JoinsTheChannelsOfTheFilesAndOtherTables) {
  write("a.csv", "name,inputs\nA,news\n");
  write("more.yaml", "channels: [{ name: Y, inputs: [b] }]\n");
  std::ofstream(folder_ / "main.yaml", std::ios::app) << "include: more.yaml\n";
  std::vector<std::string> names;
  for (const Channel& each : loaded("name;inputs\nB;b\n").channels) names.push_back(each.name);
  EXPECT_THAT(names, ElementsAre("Y", "A", "B"));
}

TEST_F(Table, MistakesAreToldAtTheirCell) {
  EXPECT_THAT(errors("nmae,inputs\nOne,news\n"),
              HasSubstr("lineup.csv:1:1: `nmae` is not a column, did you mean `name`?"));
  EXPECT_THAT(errors("name,inputs\n,news\n"), HasSubstr("lineup.csv:2:1: channel: `name` is missing"));
  EXPECT_THAT(errors("name,inputs,epg\nOne,news,x\n"),
              HasSubstr("lineup.csv:1:13: `epg` is not supported in this version: leave the column out"));
  EXPECT_THAT(errors("name,inputs,name\nOne,news,x\n"),
              HasSubstr("lineup.csv:1:13: the column `name` stands here twice, first as `name`: remove one"));
  EXPECT_THAT(errors("name,inputs,streams\nOne,news,x\n"), HasSubstr("1:13: `streams` is not a column"));
  EXPECT_THAT(errors("name,inputs,streams.kep\nOne,news,x\n"),
              HasSubstr("1:13: `streams.kep` is not a column, did you mean `streams.keep`?"));
  EXPECT_THAT(errors("name,inputs,outputs.99.to\nOne,news,x\n"),
              HasSubstr("1:13: `outputs.99.to` is not a column"));
  EXPECT_THAT(errors("name,number,inputs\nOne,x,news\n"),
              HasSubstr("lineup.csv:2:5: channel \"One\": `number`"));
  EXPECT_THAT(errors("name,inputs\nOne,nothing\n"), HasSubstr("lineup.csv:2:5: channel \"One\""));
  EXPECT_THAT(errors("name,inputs\nOne,news,x\n"), HasSubstr("2:10: a cell without a column"));
  EXPECT_THAT(errors("name,inputs,inputs.source\nOne,news,udp://239.5.1.1:1\n"),
              HasSubstr("2:10: `inputs` and `inputs.*` both have a value in this row"));
  EXPECT_THAT(
      errors("name,inputs.source,inputs.port\nnews,udp://239.5.1.1:1,west\n"),
      HasSubstr("2:6: channel \"news\": `inputs`: this input would be `news`, and one of that id stands at"));
}

TEST_F(Table, VariablesArePutInBeforeAListIsTakenApart) {
  std::ofstream(folder_ / "more.yaml") << "variables: { langs: deu|eng, both: \"news, b\" }\n";
  std::ofstream(folder_ / "main.yaml", std::ios::app) << "include: more.yaml\n";
  const Configuration c = loaded("name,inputs,streams.languages\nOne,${both},fra ${langs}\n");
  ASSERT_EQ(c.channels.size(), 1U);
  EXPECT_THAT(c.channels[0].inputs, ElementsAre("news", "b"));
  EXPECT_THAT(c.channels[0].streams.languages, ElementsAre("fra", "deu", "eng"));
  EXPECT_THAT(errors("name,inputs\nOne,${a b}\n"), HasSubstr("2:5: there is no variable `a b`"));
}

// However they are spelled, or the second would be dropped.
TEST_F(Table, TwoColumnsOfOneKeyAreAnError) {
  EXPECT_THAT(
      errors("name,inputs,outputs.to,outputs.1.to\nOne,news,udp://239.5.1.1:1,udp://239.5.1.2:1\n"),
      HasSubstr("1:24: the column `outputs.1.to` stands here twice, first as `outputs.to`: remove one"));
  EXPECT_THAT(errors("name,inputs.2.source,inputs.2.source\nOne,a,b\n"),
              HasSubstr("1:22: the column `inputs.2.source` stands here twice, first as `inputs.2.source`"));
  for (const char* number : {"0x2", "02", "0", "17", "", "-1"}) {
    EXPECT_THAT(errors("name,inputs,outputs." + std::string(number) + ".to\nOne,news,udp://239.5.1.1:1\n"),
                HasSubstr("1:13: `outputs." + std::string(number) + ".to` is not a column"))
        << number;
  }
}

// As the end of a file that was cut off has it.
TEST_F(Table, ARowIsAsLongAsTheFirst) {
  EXPECT_THAT(errors("name,inputs,program,enabled\nOne,news,1,true\nTwo,b,2\n"),
              HasSubstr("lineup.csv:3:1: this row has 3 cells, the first 4: is the file complete?"));
  EXPECT_THAT(errors("name,inputs,program,enabled\nOne,news,1,true\nTw"),
              HasSubstr("lineup.csv:3:1: this row has 1 cell, the first 4: is the file complete?"));
}

// What a full disk or a failed export leaves: its channels must not go off the air by it.
TEST_F(Table, OneWithoutChannelsIsAnError) {
  EXPECT_THAT(errors("name,inputs\n"), HasSubstr("lineup.csv:1:1: no channels"));
  EXPECT_THAT(errors("\n"), HasSubstr("no channels"));
}

TEST(TableOfText, ATextCannotHaveOne) {
  const auto result = parse("lineup: { csv: x.csv }\n", "f.yaml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().errors.at(0).to_string(),
            "f.yaml:1:16: lineup: `csv`: x.csv: a text without a file cannot include others");
}

}  // namespace
}  // namespace headwater::config
