// SPDX-License-Identifier: Apache-2.0
//
// Tables of other systems, with their own names for the columns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/config_import/imported.h"

namespace headwater::config {
namespace {

using testing::HasSubstr;

TEST(CsvImport, TakesColumnsByOurNamesAndByTheirs) {
  const ImportChoices choices{.columns = {{"name", "Sender"}, {"number", "LCN"}}, .fill = {}};
  EXPECT_EQ(
      imported(ListFormat::kCsv,
               "LCN;Sender;Notiz;inputs.source;outputs.to\r\n"
               "1;\"Eins; HD\";x;udp://10.0.0.5@239.1.1.1:5000;rtp://{plan.hd}\r\n"
               "2;Zwei;;rtp://239.1.1.2:5000;\r\n",
               choices),
      "id,name,number,inputs.source,inputs.from,outputs.to\n"
      "eins-hd,\"Eins; HD\",1,udp://239.1.1.1:5000,10.0.0.5,rtp://{plan.hd}\n"
      "zwei,Zwei,2,rtp://239.1.1.2:5000,,\n"
      "warnings\n"
      "list:1:12: the column `Notiz`: it is left out; `--column KEY=HEADER` takes one of another name\n");
}

TEST(CsvImport, RefusesRowByRow) {
  EXPECT_EQ(imported(ListFormat::kCsv,
                     "name,number,inputs.source\nA,1,udp://@239.1.1.1:5000\nB,2\n,3,x\nC,4,udp://@host:1\n"
                     "D,5,x,y\n\"E\nF\",6,x\n"),
            "id,name,number,inputs.source\n"
            "a,A,1,udp://239.1.1.1:5000\n"
            "errors\n"
            "list:3:1: this row has 2 cells, the first 3: is the file complete?\n"
            "list:4:1: the channel has no `name`: its row begins with `3`\n"
            "list:5:5: `host` is not an IPv4 address (four numbers 0..255, no names)\n"
            "list:6:7: a cell without a column: the first row has fewer\n"
            "list:7:1: control characters are not allowed, nor a line's end\n");
}

TEST(CsvImport, EmptyCellsBehindTheNamesSayNothing) {
  EXPECT_EQ(imported(ListFormat::kCsv, "name,number,,\nA,1,,\nB,2\n"), "id,name,number\na,A,1\nb,B,2\n");
}

TEST(CsvImport, ATableWithoutNamesIsToldOnce) {
  EXPECT_EQ(
      imported(ListFormat::kCsv, "LCN;Service\n1;Eins\n2;Zwei\n"),
      "errors\n"
      "list:1:1: no column is the channel's `name`; there are `LCN`, `Service`: say which it is with "
      "`--column name=HEADER`\n"
      "warnings\n"
      "list:1:1: the column `LCN`: it is left out; `--column KEY=HEADER` takes one of another name\n"
      "list:1:5: the column `Service`: it is left out; `--column KEY=HEADER` takes one of another name\n");
}

TEST(CsvImport, RowsThatPeopleMeanAsCommentsAreNoChannels) {
  EXPECT_EQ(imported(ListFormat::kCsv, "name,number\n# regional,\nA,1\n#\n"),
            "id,name,number\na,A,1\nwarnings\n"
            "list:2:1: a row that begins with `#` and has no other cell (and in one more line): it is taken "
            "for a comment\n");
}

TEST(CsvImport, NothingIsLeftOutWithoutAWord) {
  EXPECT_EQ(imported(ListFormat::kCsv,
                     "name,,inputs.source,inputs.from\nA,x,udp://@239.1.1.1:5000?ttl=3,\n"
                     "B,y,udp://@239.1.1.2:5000,10.0.0.5\n"),
            "id,name,inputs.source,inputs.from\n"
            "a,A,udp://239.1.1.1:5000,\n"
            "b,B,udp://239.1.1.2:5000,10.0.0.5\n"
            "warnings\n"
            "list:2:3: cells of a column without a name (and in one more line): they are left out\n"
            "list:2:5: `ttl` of an address: a lineup has no place for it\n");
  EXPECT_THAT(
      imported(ListFormat::kCsv,
               "name,inputs.from,inputs.source\nA,10.0.0.6,udp://10.0.0.5@239.1.1.1:5000\n"),
      HasSubstr("list:2:12: the address names the sender 10.0.0.5, the column `inputs.from` 10.0.0.6"));
}

TEST(CsvImport, AColumnThatIsNotThereIsAMistake) {
  EXPECT_THAT(imported(ListFormat::kCsv, "name,b\nA,1\n", {.columns = {{"number", "LCN"}}, .fill = {}}),
              HasSubstr("list:1:1: there is no column `LCN` to be `number`"));
}

TEST(CsvImport, OurColumnGivesWayToTheirs) {
  EXPECT_THAT(
      imported(ListFormat::kCsv, "name,Title\nmachine-1,Das Erste\n",
               {.columns = {{"name", "Title"}}, .fill = {}}),
      HasSubstr("id,name\ndas-erste,Das Erste\nwarnings\nlist:1:1: the column `name`: it is left out"));
}

TEST(CsvImport, WhatTheFileDoesNotSayIsSaidOfEachChannel) {
  EXPECT_EQ(
      imported(
          ListFormat::kCsv,
          "name,inputs,inputs.source,outputs.to,outputs.2.to,outputs.2.port\n"
          "A,,udp://239.1.1.1:5000,rtp://239.2.1.1:5000,rtp://239.2.1.2:5000,b\n"
          "B,a,,,,\n",
          {.columns = {}, .fill = {{"inputs.port", "west"}, {"outputs.port", "east"}, {"profile", "hd"}}}),
      "id,name,profile,inputs,inputs.source,inputs.port,outputs.to,outputs.port,outputs.2.to,outputs.2.port\n"
      "a,A,hd,,udp://239.1.1.1:5000,west,rtp://239.2.1.1:5000,east,rtp://239.2.1.2:5000,b\n"
      "b,B,hd,a,,,,east,,\n");
}

TEST(CsvImport, ATextThatIsNoTableIsTold) {
  EXPECT_THAT(imported(ListFormat::kCsv, "name\n\"open\n"),
              HasSubstr("errors\nlist:2:1: a cell in quotes has no"));
  EXPECT_THAT(imported(ListFormat::kCsv, "name\nM\xFC\n"), HasSubstr("list:2:2: this is not UTF-8"));
}

TEST(ListFormats, AFileShowsWhatItIs) {
  EXPECT_EQ(guess_list_format("#EXTM3U\n", "channels.txt"), ListFormat::kM3u);
  EXPECT_EQ(guess_list_format("\xEF\xBB\xBF#EXTM3U\n", "list"), ListFormat::kM3u);
  EXPECT_EQ(guess_list_format("#EXTINF:-1,A\n", "a.M3U8"), ListFormat::kM3u);
  EXPECT_EQ(guess_list_format("a,b\n", "a.csv"), ListFormat::kCsv);
  EXPECT_EQ(guess_list_format("239.1.1.1 1 1\n", "mux1.conf"), ListFormat::kDvblast);
  EXPECT_EQ(guess_list_format("a,b\n", "list.txt"), std::nullopt);
  EXPECT_EQ(list_format("m3u"), ListFormat::kM3u);
  EXPECT_EQ(list_format("xls"), std::nullopt);
}

}  // namespace
}  // namespace headwater::config
