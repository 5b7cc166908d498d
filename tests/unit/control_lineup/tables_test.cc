// SPDX-License-Identifier: Apache-2.0
#include "control/lineup/tables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/control_lineup/programs.h"

namespace headwater::control {
namespace {

using namespace programs;  // NOLINT(google-build-using-namespace)
using ::testing::ElementsAre;

std::vector<std::uint8_t> tags(const std::vector<psi::Descriptor>& descriptors) {
  std::vector<std::uint8_t> result;
  for (const auto& descriptor : descriptors) result.push_back(descriptor.tag);
  return result;
}

TEST(LineupTables, RemapReachesStreamsPcrAndCaPidsAndKeepsReservedBits) {
  psi::Pmt table = pmt(1, 0, 0x101, {video(0x101), audio(0x102, "deu")});
  table.descriptors = {ca(0x0648, 0x1B0)};
  table.streams[1].descriptors.push_back(ca(0x0648, 0x1B1));
  remap(table, {{pid(0x101), pid(0x201)}, {pid(0x102), pid(0x202)}, {pid(0x1B0), pid(0x2B0)}});
  EXPECT_EQ(table.pcr_pid, pid(0x201));
  EXPECT_EQ(table.streams[1].pid, pid(0x202));
  EXPECT_THAT(table.descriptors[0].data, ElementsAre(0x06, 0x48, 0xE2, 0xB0));
  EXPECT_THAT(table.streams[1].descriptors.back().data, ElementsAre(0x06, 0x48, 0xE1, 0xB1)) << "not routed";
}

TEST(LineupTables, ACutCaDescriptorIsLeftAlone) {
  psi::Pmt table = pmt(1, 0, 0x101, {video(0x101)});
  table.descriptors = {{0x09, {0x06, 0x48, 0xE1}}};
  int seen = 0;
  for_each_ca_descriptor(table, [&](const CaReference&) { ++seen; });
  EXPECT_EQ(seen, 0);
  remap(table, {{pid(0x100), pid(0x200)}});
  EXPECT_THAT(table.descriptors[0].data, ElementsAre(0x06, 0x48, 0xE1));
}

TEST(LineupTables, OnlyServiceDescriptorsThatAreStillTrueAreKept) {
  psi::Sdt::Service theirs = service(1, "Eins", "ARD");
  theirs.descriptors.push_back({0x4A, {0, 1, 0, 1, 0, 5, 0x01}});  // linkage: names their service
  theirs.descriptors.push_back({0x49, {0x80, 'D', 'E', 'U'}});     // country_availability
  theirs.descriptors.push_back({0x53, {0x06, 0x48}});              // CA_identifier
  theirs.descriptors.push_back({0x5F, {0x00, 0x00, 0x00, 0x01}});  // speaks for nothing that follows
  theirs.descriptors.push_back({0x5F, {0x00, 0x00, 0x00, 0x28}});  // EACEM
  theirs.descriptors.push_back({0x83, {0x01}});                    // private
  theirs.descriptors.push_back({0x84, {0x02}});                    // private, the same specifier
  EXPECT_THAT(tags(true_descriptors(theirs, false)), ElementsAre(0x49, 0x5F, 0x83, 0x84));
  EXPECT_THAT(tags(true_descriptors(theirs, true)), ElementsAre(0x49, 0x53, 0x5F, 0x83, 0x84));
  EXPECT_EQ(true_descriptors(theirs, false)[1].data.back(), 0x28);
}

struct SdtCase : testing::Test {
  config::Channel channel;
  config::Headend headend;
  ChannelNumbers numbers;
  SdtCase() {
    channel.name = "Das Erste HD";
    headend.original_network_id = 0x2001;
    numbers.service_id = 101;
    numbers.transport_stream_id = 7;
  }
};

TEST_F(SdtCase, NameIsOursProviderAndTypeTheInputsWhereNotConfigured) {
  psi::Sdt theirs = sdt(4, {service(5, "Other", "X"), service(11100, "arte", "ARD", 0x1F)});
  theirs.services[1].free_ca = true;
  theirs.services[1].running_status = 1;
  const psi::Sdt ours = make_sdt(channel, headend, numbers, &theirs, 11100, {});
  EXPECT_EQ(ours.original_network_id, 0x2001);
  EXPECT_EQ(ours.transport_stream_id, 7);
  ASSERT_EQ(ours.services.size(), 1U);
  EXPECT_EQ(ours.services[0].id, 101);
  EXPECT_EQ(ours.services[0].running_status, 4);
  EXPECT_TRUE(ours.services[0].free_ca);
  EXPECT_FALSE(ours.services[0].eit_schedule);
  EXPECT_FALSE(ours.services[0].eit_present_following);
  const auto described = psi::find_service_descriptor(ours.services[0].descriptors);
  ASSERT_TRUE(described.has_value());
  EXPECT_EQ(described->name, "Das Erste HD");
  EXPECT_EQ(described->provider, "ARD");
  EXPECT_EQ(described->type, 0x1F);
}

TEST_F(SdtCase, WithoutTheirsItComesFromConfigurationAndStreams) {
  channel.provider = "Ours";
  const std::vector<Component> radio{{audio(0x102, "deu"), psi::describe(audio(0x102, "deu"))}};
  auto described = psi::find_service_descriptor(
      make_sdt(channel, headend, numbers, nullptr, 1, radio).services[0].descriptors);
  EXPECT_EQ(described->provider, "Ours");
  EXPECT_EQ(described->type, 0x02) << "digital radio sound service";
  channel.service_type = 0x0A;
  described = psi::find_service_descriptor(
      make_sdt(channel, headend, numbers, nullptr, 1, radio).services[0].descriptors);
  EXPECT_EQ(described->type, 0x0A);
}

TEST(LineupTables, ServiceTypeSpeaksOfTheVideoFirst) {
  const auto of = [](std::initializer_list<psi::Pmt::Stream> streams) {
    std::vector<Component> components;
    for (const auto& stream : streams) components.push_back({stream, psi::describe(stream)});
    return service_type_of(components);
  };
  EXPECT_EQ(of({audio(1, "deu"), mpeg2(2)}), 0x01);
  EXPECT_EQ(of({video(2), audio(1, "deu")}), 0x19);
  EXPECT_EQ(of({{0x24, pid(0x20), {}}}), 0x1F);
  EXPECT_EQ(of({{0x0F, pid(0x20), {}}}), 0x0A) << "AAC";
  EXPECT_EQ(of({ait(0x20)}), 0x0C);
}

}  // namespace
}  // namespace headwater::control
