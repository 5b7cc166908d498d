// SPDX-License-Identifier: Apache-2.0
#include "tests/support/heap/heap_use.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> g_requests{0};
std::atomic<std::uint64_t> g_bytes{0};
std::atomic<std::uint64_t> g_releases{0};

void count(std::size_t size) {
  g_requests.fetch_add(1, std::memory_order_relaxed);
  g_bytes.fetch_add(size, std::memory_order_relaxed);
}
void* counted(std::size_t size) noexcept {
  count(size);
  return std::malloc(size == 0 ? 1 : size);
}
void* counted(std::size_t size, std::align_val_t alignment) noexcept {
  count(size);
  const auto boundary = static_cast<std::size_t>(alignment);
  return std::aligned_alloc(boundary, (size + boundary - 1) / boundary * boundary);
}
void give_back(void* memory) noexcept {
  if (memory != nullptr) g_releases.fetch_add(1, std::memory_order_relaxed);
  std::free(memory);
}
void* or_throw(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

headwater::test::HeapUse headwater::test::heap_use() {
  return {.requests = g_requests.load(std::memory_order_relaxed),
          .bytes = g_bytes.load(std::memory_order_relaxed),
          .releases = g_releases.load(std::memory_order_relaxed)};
}

// All forms: where a sanitizer's own served one of them, it would not be counted, or be given back by the
// other.
void* operator new(std::size_t size) {
  return or_throw(counted(size));
}
void* operator new[](std::size_t size) {
  return or_throw(counted(size));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return or_throw(counted(size, alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return or_throw(counted(size, alignment));
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size);
}
void* operator new[](std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size);
}
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size, alignment);
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t& /*tag*/) noexcept {
  return counted(size, alignment);
}
void operator delete(void* memory) noexcept {
  give_back(memory);
}
void operator delete[](void* memory) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t /*size*/) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t /*size*/) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}
void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}
void operator delete[](void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  give_back(memory);
}
