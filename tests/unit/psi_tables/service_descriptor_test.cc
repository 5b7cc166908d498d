// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "psi/tables/streams.h"

namespace headwater::psi {
namespace {

using ::testing::ElementsAre;

TEST(ServiceDescriptor, ByteForByte) {
  const Descriptor descriptor = encode(ServiceDescriptor{.type = 0x19, .provider = "ARD", .name = "Ö1"});
  EXPECT_EQ(descriptor.tag, 0x48);
  EXPECT_THAT(descriptor.data, ElementsAre(0x19,                          // HD television
                                           0x03, 'A', 'R', 'D',           // provider, plain ASCII
                                           0x04, 0x15, 0xC3, 0x96, '1'))  // name: selector, UTF-8
      << "service_type, then two texts behind their lengths";
}

TEST(ServiceDescriptor, ReadsBack) {
  const ServiceDescriptor service{.type = 0x02, .provider = "Český rozhlas", .name = "Vltava"};
  const auto found = find_service_descriptor({{.tag = 0x5D, .data = {1}}, encode(service)});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->type, 0x02);
  EXPECT_EQ(found->provider, service.provider);
  EXPECT_EQ(found->name, service.name);
}

TEST(ServiceDescriptor, ALongNameIsKeptAndTheProviderCut) {
  const ServiceDescriptor service{
      .type = 1, .provider = std::string(200, 'p'), .name = std::string(200, 'n')};
  const Descriptor descriptor = encode(service);
  EXPECT_EQ(descriptor.data.size(), 255U);
  const auto found = find_service_descriptor({descriptor});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name.size(), 200U);
  EXPECT_EQ(found->provider.size(), 52U);
}

TEST(ServiceDescriptor, NoDescriptorOutgrowsItsLength) {
  for (std::size_t size = 0; size < 300; ++size) {
    std::string name;
    for (std::size_t i = 0; i < size; ++i) name += "é";
    const Descriptor descriptor =
        encode(ServiceDescriptor{.type = 1, .provider = "provider €", .name = name});
    EXPECT_LE(descriptor.data.size(), 255U);
    EXPECT_TRUE(find_service_descriptor({descriptor}));
  }
}

TEST(ServiceDescriptor, ANameIsOneLine) {
  const auto found =
      find_service_descriptor({{.tag = 0x48, .data = {0x01, 0x00, 0x05, 'A', 0x86, 0x8A, 0x87, 'B'}}});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "A B");
}

TEST(ServiceDescriptor, NoneOrCut) {
  EXPECT_FALSE(find_service_descriptor({}));
  EXPECT_FALSE(find_service_descriptor({{.tag = 0x4A, .data = {0x01, 0x00, 0x00}}}));
  EXPECT_FALSE(find_service_descriptor({{.tag = 0x48, .data = {}}}));
  EXPECT_FALSE(find_service_descriptor({{.tag = 0x48, .data = {0x01}}}));
  EXPECT_FALSE(find_service_descriptor({{.tag = 0x48, .data = {0x01, 0x05, 'A'}}}));
  EXPECT_FALSE(find_service_descriptor({{.tag = 0x48, .data = {0x01, 0x01, 'A', 0x02, 'B'}}}));
}

}  // namespace
}  // namespace headwater::psi
