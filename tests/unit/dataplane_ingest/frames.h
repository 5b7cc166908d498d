// SPDX-License-Identifier: Apache-2.0
//
// Frames for tests: a pool that knows which of its frames are out, and fails a test that loses one or gives
// one back twice.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dataplane/plan/frame.h"
#include "psi/base/bytes.h"

namespace headwater::dataplane {

class TestPool : public FramePool {
 public:
  ~TestPool() override { EXPECT_EQ(out_, 0) << "frames lost"; }

  [[nodiscard]] Frame make(Bytes bytes) {
    if (free_.empty()) {
      buffers_.push_back(std::make_unique<Buffer>());
      free_.push_back(buffers_.back().get());
    }
    Buffer* buffer = free_.back();
    free_.pop_back();
    buffer->bytes.assign(bytes.begin(), bytes.end());
    buffer->out = true;
    ++out_;
    return {.data = buffer->bytes.data(),
            .handle = buffer,
            .pool = this,
            .length = static_cast<std::uint32_t>(buffer->bytes.size()),
            .port = 0};
  }
  void release(std::span<const Frame> frames) override {
    for (const Frame& frame : frames) {
      auto* buffer = static_cast<Buffer*>(frame.handle);
      EXPECT_TRUE(buffer->out) << "frame given back twice";
      buffer->out = false;
      --out_;
      free_.push_back(buffer);
    }
  }
  [[nodiscard]] int out() const { return out_; }

 private:
  struct Buffer {
    std::vector<std::uint8_t> bytes;
    bool out = false;
  };
  std::vector<std::unique_ptr<Buffer>> buffers_;
  std::vector<Buffer*> free_;
  int out_ = 0;
};

}  // namespace headwater::dataplane
