// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/igmp.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/ipv4.h"

namespace headwater::wire {
namespace {

using Message = std::vector<std::uint8_t>;

constexpr Ipv4Address kGroup{0xEF0A0101};   // 239.10.1.1
constexpr Ipv4Address kSource{0x0A010005};  // 10.1.0.5

Message sealed(Message message) {
  store_be16(&message[2], 0);
  store_be16(&message[2], Checksum().bytes(message).value());
  return message;
}

IgmpQuery query(const Message& message) {
  return std::get<IgmpQuery>(parse_igmp(sealed(message)).value());
}

TEST(IgmpParseTest, TellsQueriesByLengthAndCode) {
  const IgmpQuery v1 = query({0x11, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(v1.version, IgmpVersion::kV1);
  EXPECT_EQ(v1.max_response, Ticks27::seconds(10));
  const IgmpQuery v2 = query({0x11, 100, 0, 0, 239, 10, 1, 1});
  EXPECT_EQ(v2.version, IgmpVersion::kV2);
  EXPECT_EQ(v2.max_response, Ticks27::seconds(10));
  EXPECT_EQ(v2.group, kGroup);
  // Version 2 has no floating point: 255 is 25.5 s.
  EXPECT_EQ(query({0x11, 255, 0, 0, 0, 0, 0, 0}).max_response, Ticks27::milliseconds(25500));
  const IgmpQuery v3 = query({0x11, 10, 0, 0,  // max resp code: 1 s
                              239, 10, 1, 1,   // group
                              0x0A, 125,       // S, QRV 2; QQIC 125 s
                              0x00, 0x01,      // one source
                              10, 1, 0, 5});
  EXPECT_EQ(v3, (IgmpQuery{.version = IgmpVersion::kV3,
                           .group = kGroup,
                           .max_response = Ticks27::seconds(1),
                           .suppress_router_processing = true,
                           .robustness = 2,
                           .query_interval = Ticks27::seconds(125),
                           .sources = {kSource}}));
}

// RFC 3376 4.1.1, 4.1.7: 1 eee mmmm is (mmmm | 0x10) << (eee + 3).
TEST(IgmpParseTest, ReadsFloatingPointCodes) {
  const auto with = [](std::uint8_t code) { return query({0x11, code, 0, 0, 0, 0, 0, 0, 0x00, code, 0, 0}); };
  EXPECT_EQ(with(127).query_interval, Ticks27::seconds(127));
  EXPECT_EQ(with(127).max_response, Ticks27::milliseconds(12700));
  EXPECT_EQ(with(128).query_interval, Ticks27::seconds(128));
  EXPECT_EQ(with(0x81).query_interval, Ticks27::seconds(17 << 3));
  EXPECT_EQ(with(0xFF).query_interval, Ticks27::seconds(31 << 10));
  EXPECT_EQ(with(0xFF).max_response, Ticks27::milliseconds(100) * (31 << 10));
  EXPECT_EQ(with(0).robustness, std::nullopt);  // QRV 0: over 7
}

TEST(IgmpParseTest, ReadsReportsOfAllVersions) {
  EXPECT_EQ(parse_igmp(sealed({0x12, 0, 0, 0, 239, 10, 1, 1})).value(),
            IgmpMessage(IgmpOldReport{IgmpVersion::kV1, kGroup}));
  EXPECT_EQ(parse_igmp(sealed({0x16, 0, 0, 0, 239, 10, 1, 1})).value(),
            IgmpMessage(IgmpOldReport{IgmpVersion::kV2, kGroup}));
  EXPECT_EQ(parse_igmp(sealed({0x17, 0, 0, 0, 239, 10, 1, 1})).value(), IgmpMessage(IgmpLeave{kGroup}));
  const Message v3{0x22, 0,  0, 0, 0,  0, 0, 3,  // three records
                   4,    0,  0, 0,               // TO_EX {}
                   239,  10, 1, 1, 9,  0, 0, 0,  // a type that nobody knows: left out
                   239,  10, 1, 2, 5,  1, 0, 1,  // ALLOW, one word of auxiliary data, one source
                   232,  1,  1, 1, 10, 1, 0, 5, 0xAA, 0xAA, 0xAA, 0xAA};
  EXPECT_EQ(parse_igmp(sealed(v3)).value(),
            IgmpMessage(IgmpReport{{{IgmpRecordType::kChangeToExclude, kGroup, {}},
                                    {IgmpRecordType::kAllowNewSources, {0xE8010101}, {kSource}}}}));
}

TEST(IgmpParseTest, RefusesByReason) {
  struct Row {
    std::string what;
    Message message;
    IgmpError error;
  };
  const std::vector<Row> rows{
      {"seven bytes", sealed({0x11, 0, 0, 0, 0, 0, 0}), IgmpError::kLength},
      {"query of 9 bytes", sealed({0x11, 1, 0, 0, 0, 0, 0, 0, 0}), IgmpError::kLength},
      {"query of 11 bytes", sealed({0x11, 1, 0, 0, 0, 0, 0, 0, 2, 125, 0}), IgmpError::kLength},
      {"query with fewer sources than it says",
       sealed({0x11, 1, 0, 0, 239, 1, 1, 1, 2, 125, 0, 2, 10, 1, 0, 5}), IgmpError::kLength},
      {"general query with a source", sealed({0x11, 1, 0, 0, 0, 0, 0, 0, 2, 125, 0, 1, 10, 1, 0, 5}),
       IgmpError::kGroup},
      {"query for a host", sealed({0x11, 1, 0, 0, 10, 0, 0, 1}), IgmpError::kGroup},
      {"checksum", {0x11, 1, 0xEE, 0xFF, 0, 0, 0, 0}, IgmpError::kChecksum},
      {"DVMRP", sealed({0x13, 0, 0, 0, 239, 1, 1, 1}), IgmpError::kType},
      {"report for a host", sealed({0x16, 0, 0, 0, 10, 1, 1, 1}), IgmpError::kGroup},
      {"report with fewer records than it says", sealed({0x22, 0, 0, 0, 0, 0, 0, 1}), IgmpError::kLength},
      {"record with fewer sources than it says",
       sealed({0x22, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1, 239, 1, 1, 1, 10, 0, 0}), IgmpError::kLength},
      {"record with less auxiliary data than it says",
       sealed({0x22, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 239, 1, 1, 1}), IgmpError::kLength},
  };
  for (const Row& row : rows) {
    const auto message = parse_igmp(row.message);
    ASSERT_FALSE(message.has_value()) << row.what;
    EXPECT_EQ(message.error(), row.error) << row.what;
  }
}

TEST(IgmpBuildTest, QueriesReadBack) {
  const IgmpQuery general{};
  EXPECT_EQ(query(build_igmp_query(general)), (IgmpQuery{.robustness = std::nullopt}));
  const IgmpQuery specific{.group = kGroup,
                           .max_response = Ticks27::milliseconds(100) * (25 << 6),
                           .suppress_router_processing = true,
                           .robustness = 3,
                           .query_interval = Ticks27::seconds(31 << 10),
                           .sources = {kSource, {0x0A010006}}};
  EXPECT_EQ(query(build_igmp_query(specific)), specific);
  const IgmpQuery v2{.version = IgmpVersion::kV2, .group = kGroup, .max_response = Ticks27::seconds(1)};
  EXPECT_EQ(query(build_igmp_query(v2)), v2);
  const IgmpQuery v1{.version = IgmpVersion::kV1};
  EXPECT_EQ(query(build_igmp_query(v1)), v1);
}

TEST(IgmpBuildTest, RoundsTimesDownToTheirCodes) {
  for (std::int64_t seconds = 0; seconds <= 40000; seconds += 7) {
    const IgmpQuery read = query(build_igmp_query({.query_interval = Ticks27::seconds(seconds)}));
    const std::int64_t got = read.query_interval.value / kTicksPerSecond;
    ASSERT_LE(got, seconds);
    ASSERT_GT(got + got / 16 + 1, std::min<std::int64_t>(seconds, 31 << 10)) << seconds;
  }
}

TEST(IgmpBuildTest, WritesReportsByteByByte) {
  EXPECT_EQ(build_igmp_old_report({IgmpVersion::kV2, kGroup}), sealed({0x16, 0, 0, 0, 239, 10, 1, 1}));
  EXPECT_EQ(build_igmp_old_report({IgmpVersion::kV1, kGroup}), sealed({0x12, 0, 0, 0, 239, 10, 1, 1}));
  EXPECT_EQ(build_igmp_leave({kGroup}), sealed({0x17, 0, 0, 0, 239, 10, 1, 1}));
  const std::vector<IgmpGroupRecord> records{{IgmpRecordType::kChangeToExclude, kGroup, {}},
                                             {IgmpRecordType::kAllowNewSources, {0xE8010101}, {kSource}}};
  const auto reports = build_igmp_reports(records, 1476);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0], sealed({0x22, 0, 0, 0,                                 // v3 report
                                0,    0, 0, 2,                                 // two records
                                4,    0, 0, 0, 239, 10, 1, 1,                  // TO_EX {}
                                5,    0, 0, 1, 232, 1,  1, 1, 10, 1, 0, 5}));  // ALLOW {10.1.0.5}
  EXPECT_TRUE(build_igmp_reports({}, 1476).empty());
}

TEST(IgmpBuildTest, SplitsManyRecordsOverReports) {
  std::vector<IgmpGroupRecord> records;
  for (std::uint32_t i = 0; i < 500; ++i)
    records.push_back({IgmpRecordType::kModeIsExclude, {kGroup.value + i}, {}});
  const auto reports = build_igmp_reports(records, 1476);
  ASSERT_EQ(reports.size(), 3U);  // (1476 - 8) / 8 = 183 records each
  std::vector<IgmpGroupRecord> read;
  for (const Message& report : reports) {
    EXPECT_LE(report.size(), 1476U);
    const auto message = std::get<IgmpReport>(parse_igmp(report).value());
    read.insert(read.end(), message.records.begin(), message.records.end());
  }
  EXPECT_EQ(read, records);
}

// RFC 3376 4.2.16.
TEST(IgmpBuildTest, DividesLongSourceListsButCutsThoseOfExclude) {
  std::vector<Ipv4Address> sources;
  for (std::uint32_t i = 0; i < 400; ++i) sources.push_back({kSource.value + i});
  const auto read = [](const std::vector<Message>& reports) {
    std::vector<IgmpGroupRecord> records;
    for (const Message& report : reports) {
      EXPECT_LE(report.size(), 1476U);
      const auto message = std::get<IgmpReport>(parse_igmp(report).value());
      records.insert(records.end(), message.records.begin(), message.records.end());
    }
    return records;
  };
  const std::vector<IgmpGroupRecord> include{{IgmpRecordType::kModeIsInclude, kGroup, sources}};
  const auto parts = read(build_igmp_reports(include, 1476));
  ASSERT_EQ(parts.size(), 2U);  // (1476 - 16) / 4 = 365 sources fit
  EXPECT_EQ(parts[0].sources.size(), 365U);
  std::vector<Ipv4Address> joined = parts[0].sources;
  joined.insert(joined.end(), parts[1].sources.begin(), parts[1].sources.end());
  EXPECT_EQ(joined, sources);
  const std::vector<IgmpGroupRecord> exclude{{IgmpRecordType::kChangeToExclude, kGroup, sources}};
  const auto cut = read(build_igmp_reports(exclude, 1476));
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0].sources.size(), 365U);
}

TEST(IgmpBuildTest, FramesAsTheRfcWants) {
  const Message message = build_igmp_old_report({IgmpVersion::kV2, kGroup});
  const Message frame = build_igmp_frame(
      {.source_mac = {{0x02, 0, 0, 0, 0, 1}}, .source = kSource, .destination = kGroup}, message);
  ASSERT_EQ(frame.size(), 60U);
  const auto ethernet = EthernetView::parse(frame);
  EXPECT_EQ(ethernet->destination(), MacAddress::for_group(kGroup));
  const auto ip = Ipv4View::parse(ethernet->payload());
  ASSERT_TRUE(ip.has_value());
  EXPECT_EQ(ip->header_size(), 24U);
  EXPECT_TRUE(ip->has_router_alert());
  EXPECT_EQ(ip->ttl(), 1);
  EXPECT_EQ(ip->dscp(), 48);
  EXPECT_EQ(ip->protocol(), kProtocolIgmp);
  EXPECT_EQ(Message(ip->payload().begin(), ip->payload().end()), message);
  const Message tagged = build_igmp_frame(
      {.source_mac = {{0x02, 0, 0, 0, 0, 1}}, .source = kSource, .destination = kGroup, .vlan = 300},
      message);
  EXPECT_EQ(tagged.size(), 64U);
  EXPECT_EQ(EthernetView::parse(tagged)->vlan(), 300);
}

}  // namespace
}  // namespace headwater::wire
