// SPDX-License-Identifier: Apache-2.0
#include "dataplane/wire/rtp.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace headwater::wire {
namespace {

using Message = std::vector<std::uint8_t>;

Message operator+(Message left, const Message& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// Behind the first two bytes: sequence FFFE, timestamp 01020304, SSRC CAFEBABE.
const Message kRest{0xFF, 0xFE, 0x01, 0x02, 0x03, 0x04, 0xCA, 0xFE, 0xBA, 0xBE};
const Message kPayload{0x47, 0x1F, 0xFF, 0x10};

TEST(RtpViewTest, ReadsAPlainHeader) {
  const Message bytes = Message{0x80, 0xA1} + kRest + kPayload;  // V=2; M, PT 33
  const auto view = RtpView::parse(bytes);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->marker());
  EXPECT_EQ(view->payload_type(), 33);
  EXPECT_EQ(view->sequence(), 0xFFFE);
  EXPECT_EQ(view->timestamp(), 0x01020304U);
  EXPECT_EQ(view->ssrc(), 0xCAFEBABEU);
  EXPECT_EQ(view->payload_offset(), 12U);
  EXPECT_EQ(Message(view->payload().begin(), view->payload().end()), kPayload);
}

TEST(RtpViewTest, PassesOverCsrcExtensionAndPadding) {
  const Message bytes = Message{0xB2, 0x21} + kRest              // V=2 P X CC=2
                        + Message{0, 0, 0, 1, 0, 0, 0, 2}        // two CSRC
                        + Message{0xBE, 0xDE, 0, 1, 1, 2, 3, 4}  // extension of one word
                        + kPayload + Message{0, 0, 3};           // three bytes of padding
  const auto view = RtpView::parse(bytes);
  ASSERT_TRUE(view.has_value());
  EXPECT_FALSE(view->marker());
  EXPECT_EQ(view->payload_offset(), 28U);
  EXPECT_EQ(Message(view->payload().begin(), view->payload().end()), kPayload);
}

TEST(RtpViewTest, MayHaveNoPayload) {
  const Message bytes = Message{0x80, 0x21} + kRest;
  ASSERT_TRUE(RtpView::parse(bytes).has_value());
  EXPECT_TRUE(RtpView::parse(bytes)->payload().empty());
  // All that follows the header is padding.
  const Message padded = Message{0xA0, 0x21} + kRest + Message{0, 2};
  ASSERT_TRUE(RtpView::parse(padded).has_value());
  EXPECT_TRUE(RtpView::parse(padded)->payload().empty());
}

TEST(RtpViewTest, RefusesLengthsThatLie) {
  struct Row {
    std::string what;
    Message bytes;
    RtpError error;
  };
  const std::vector<Row> rows{
      {"nothing", {}, RtpError::kTruncated},
      {"11 bytes", Message{0x80, 0x21} + Message(kRest.begin(), kRest.end() - 1), RtpError::kTruncated},
      {"version 1", Message{0x40, 0x21} + kRest, RtpError::kVersion},
      {"version 3", Message{0xC0, 0x21} + kRest, RtpError::kVersion},
      {"TS without RTP", Message{0x47, 0x40} + kRest + kPayload, RtpError::kVersion},
      {"a CSRC that is not there", Message{0x81, 0x21} + kRest + Message{0, 0, 1}, RtpError::kTruncated},
      {"half an extension header", Message{0x90, 0x21} + kRest + Message{0, 0, 0}, RtpError::kExtension},
      {"an extension beyond the end", Message{0x90, 0x21} + kRest + Message{0, 0, 0, 2, 1, 2, 3, 4},
       RtpError::kExtension},
      {"padding of zero", Message{0xA0, 0x21} + kRest + Message{1, 2, 0}, RtpError::kPadding},
      {"padding into the header", Message{0xA0, 0x21} + kRest + Message{1, 2, 4}, RtpError::kPadding},
      {"padding in the header", Message{0xA0, 0x21} + kRest, RtpError::kPadding},
  };
  for (const Row& row : rows) {
    const auto view = RtpView::parse(row.bytes);
    ASSERT_FALSE(view.has_value()) << row.what;
    EXPECT_EQ(view.error(), row.error) << row.what;
  }
}

TEST(RtpHeaderTest, WritesWhatTheViewReads) {
  std::array<std::uint8_t, kRtpHeaderSize> bytes{};
  write_rtp_header(bytes, {.marker = true, .sequence = 0x1234, .timestamp = 0x89ABCDEF, .ssrc = 0x01020304});
  const std::array<std::uint8_t, kRtpHeaderSize> expected{
      0x80,                    // version 2
      0xA1,                    // marker, payload type 33
      0x12, 0x34,              // sequence
      0x89, 0xAB, 0xCD, 0xEF,  // timestamp
      0x01, 0x02, 0x03, 0x04,  // SSRC
  };
  EXPECT_EQ(bytes, expected);
}

}  // namespace
}  // namespace headwater::wire
