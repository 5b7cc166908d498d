// SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap/heap_use.h"

#include <gtest/gtest.h>

#include <new>
#include <vector>

namespace headwater::test {
namespace {

// Not inlined, so that no compiler sees that what is asked for is only given back.
[[gnu::noinline]] void keep(void* memory) {
  asm volatile("" : : "r"(memory) : "memory");
}
template <typename Call>
HeapUse cost(Call call) {
  const HeapUse before = heap_use();
  call();
  return heap_use() - before;
}
void expect_one(const HeapUse& use, std::uint64_t bytes) {
  EXPECT_EQ(use.requests, 1U);
  EXPECT_EQ(use.bytes, bytes);
  EXPECT_EQ(use.releases, 1U);
}

struct alignas(64) CacheLine {
  char bytes[64];
};

// Each form is counted once, and a sanitizer finds that each is given back as it was taken.
TEST(HeapUse, ContainersAreCounted) {
  expect_one(cost([] { keep(std::vector<int>(1000).data()); }), 1000 * sizeof(int));
}
TEST(HeapUse, WhatDoesNotThrowIsCounted) {
  expect_one(cost([] {
               int* value = new (std::nothrow) int;
               keep(value);
               delete value;
             }),
             sizeof(int));
  expect_one(cost([] {
               auto* line = new (std::nothrow) CacheLine;
               keep(line);
               delete line;
             }),
             sizeof(CacheLine));
}
TEST(HeapUse, WhatIsAlignedIsCounted) {
  expect_one(cost([] {
               auto* line = new CacheLine;
               keep(line);
               delete line;
             }),
             sizeof(CacheLine));
}
TEST(HeapUse, ArraysAreCounted) {
  expect_one(cost([] {
               auto* bytes = new char[100];
               keep(bytes);
               delete[] bytes;
             }),
             100);
}

}  // namespace
}  // namespace headwater::test
