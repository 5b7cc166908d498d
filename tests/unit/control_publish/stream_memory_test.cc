// SPDX-License-Identifier: Apache-2.0
#include "control/publish/stream_memory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "tests/support/folder.h"

namespace headwater::control {
namespace {

using Before = StreamMemory::Before;
using dataplane::StreamRecord;

constexpr std::size_t kOutputs = 300;

std::shared_ptr<const dataplane::OutputPlan> output(std::uint32_t slot, const std::string& id) {
  dataplane::OutputPlan part;
  part.slot = {slot};
  part.id = id;
  return std::make_shared<const dataplane::OutputPlan>(part);
}

dataplane::Plan plan_of(std::initializer_list<std::shared_ptr<const dataplane::OutputPlan>> outputs) {
  dataplane::Plan plan;
  plan.outputs = outputs;
  return plan;
}

// As a worker does that meets the stream in this slot.
StreamRecord& record_of(StreamMemory& memory, std::uint32_t slot, const std::string& id) {
  StreamRecord& record = memory.records()[slot];
  if (record.stream != dataplane::stream_of(id)) record = {.stream = dataplane::stream_of(id)};
  return record;
}

std::uint8_t next_cc(StreamRecord& record, std::uint16_t pid) {
  ts::Packet packet{0x47, 0, 0, 0x10};
  record.continuity.stamp(packet, *Pid::from(pid), false);
  return packet[3] & 0x0F;
}

class StreamMemoryTest : public testing::Test {
 protected:
  StreamMemoryTest() {
    std::filesystem::create_directory(shm);
    std::filesystem::create_directory(state);
  }
  [[nodiscard]] std::string file() const {
    for (const auto& entry : std::filesystem::directory_iterator(shm)) return entry.path();
    return {};
  }
  // A life that sends `packets` of PID 0x100 and as many datagrams, and ends in the middle of everything.
  void live(std::uint32_t slot, const std::string& id, unsigned packets) const {
    StreamMemory memory(shm, state, kOutputs, true);
    ASSERT_EQ(memory.start().trouble, "");
    ASSERT_EQ(memory.bind(plan_of({output(slot, id)})), "");
    StreamRecord& record = record_of(memory, slot, id);
    record.sequenced = true;
    for (unsigned packet = 0; packet < packets; ++packet) {
      next_cc(record, 0x100);
      ++record.next_sequence;
      ++record.identification;
    }
  }
  test::Folder folder;
  std::string shm = folder.at("shm"), state = folder.at("state");
};

TEST_F(StreamMemoryTest, AStreamGoesOnInTheNextLifeWhateverItsSlot) {
  live(3, "das-erste/1", 21);
  StreamMemory memory(shm, state, kOutputs, true);
  EXPECT_EQ(memory.start().before, Before::kKept);
  EXPECT_EQ(memory.start().streams, 1U);
  EXPECT_EQ(memory.bind(plan_of({output(3, "zdf/1"), output(280, "das-erste/1")})), "");
  StreamRecord& record = record_of(memory, 280, "das-erste/1");
  EXPECT_TRUE(record.jumped) << "receivers must learn that packets are missing";
  EXPECT_EQ(record.next_sequence, 21);
  EXPECT_EQ(record.identification, 21);
  EXPECT_EQ(next_cc(record, 0x100), 21 % 16);
  EXPECT_EQ(next_cc(record, 0x101), 0) << "the neighbour of its byte";
  StreamRecord& other = record_of(memory, 3, "zdf/1");
  EXPECT_FALSE(other.jumped);
  EXPECT_FALSE(other.sequenced);
  EXPECT_EQ(next_cc(other, 0x100), 0);
}

// Its input is silent in the second life, which is killed too.
// A channel that is parked and comes back finds another slot, and what it left in the first is old then.
TEST_F(StreamMemoryTest, AStreamThatComesBackToAnotherSlotGoesOnThere) {
  {
    StreamMemory memory(shm, state, kOutputs, true);
    ASSERT_EQ(memory.bind(plan_of({output(0, "a"), output(3, "b")})), "");
    record_of(memory, 0, "a").next_sequence = 7;
    ASSERT_EQ(memory.bind(plan_of({})), "");
    ASSERT_EQ(memory.bind(plan_of({output(3, "a")})), "");
    StreamRecord& record = record_of(memory, 3, "a");
    EXPECT_EQ(record.next_sequence, 7);
    EXPECT_TRUE(record.jumped);
    record.next_sequence = 9;
    ASSERT_EQ(memory.bind(plan_of({output(0, "b"), output(3, "a")})), "");
    EXPECT_EQ(record_of(memory, 0, "b").next_sequence, 0) << "another has had its slot";
  }
  StreamMemory memory(shm, state, kOutputs, true);
  EXPECT_EQ(memory.start().streams, 2U);
  ASSERT_EQ(memory.bind(plan_of({output(5, "a")})), "");
  EXPECT_EQ(record_of(memory, 5, "a").next_sequence, 9) << "not what it left in its first slot";
}

TEST_F(StreamMemoryTest, SoDoTwoThatComeBackToEachOthersSlots) {
  StreamMemory memory(shm, state, kOutputs, true);
  ASSERT_EQ(memory.bind(plan_of({output(0, "x"), output(1, "y"), output(2, "z")})), "");
  record_of(memory, 0, "x").next_sequence = 7;
  record_of(memory, 1, "y").next_sequence = 8;
  record_of(memory, 2, "z").next_sequence = 9;
  ASSERT_EQ(memory.bind(plan_of({})), "");
  ASSERT_EQ(memory.bind(plan_of({output(0, "y"), output(1, "z"), output(2, "x")})), "");
  EXPECT_EQ(record_of(memory, 2, "x").next_sequence, 7);
  EXPECT_EQ(record_of(memory, 0, "y").next_sequence, 8);
  EXPECT_EQ(record_of(memory, 1, "z").next_sequence, 9);
  for (std::uint32_t slot = 0; slot < 3; ++slot) EXPECT_TRUE(memory.records()[slot].jumped);
  ASSERT_EQ(memory.bind(plan_of({})), "");
  ASSERT_EQ(memory.bind(plan_of({output(0, "y"), output(1, "z"), output(2, "x")})), "");
  EXPECT_EQ(record_of(memory, 2, "x").next_sequence, 7) << "in its own slot it is where it was";
}

TEST_F(StreamMemoryTest, AStreamThatWaitsIsKeptOverSeveralLives) {
  live(0, "a", 5);
  live(0, "b", 7);
  live(0, "c", 9);
  StreamMemory memory(shm, state, kOutputs, true);
  EXPECT_EQ(memory.start().streams, 3U);
  ASSERT_EQ(memory.bind(plan_of({output(0, "c"), output(1, "b"), output(2, "a")})), "");
  EXPECT_EQ(record_of(memory, 0, "c").next_sequence, 9);
  EXPECT_EQ(record_of(memory, 1, "b").next_sequence, 7);
  EXPECT_EQ(record_of(memory, 2, "a").next_sequence, 5);
}

// A part of it that changed is no stream that begins.
TEST_F(StreamMemoryTest, WhatIsOnTheAirIsNotTouchedByTheNextPlan) {
  live(0, "a", 5);
  StreamMemory memory(shm, state, kOutputs, true);
  ASSERT_EQ(memory.bind(plan_of({output(0, "a")})), "");
  StreamRecord& record = record_of(memory, 0, "a");
  record.jumped = false;
  record.next_sequence = 100;
  ASSERT_EQ(memory.bind(plan_of({output(0, "a"), output(1, "b")})), "");
  EXPECT_EQ(record.next_sequence, 100);
  EXPECT_FALSE(record.jumped);
}

TEST_F(StreamMemoryTest, WithoutAFileTheStreamsOfAnotherLifeBeginWithADiscontinuity) {
  {
    StreamMemory first(shm, state, kOutputs, false);
    EXPECT_EQ(first.start().before, Before::kNone);
    ASSERT_EQ(first.bind(plan_of({output(0, "a")})), "");
    EXPECT_FALSE(record_of(first, 0, "a").jumped);
  }
  std::filesystem::remove(file());
  StreamMemory rebooted(shm, state, kOutputs, true);
  EXPECT_EQ(rebooted.start().before, Before::kLost);
  EXPECT_EQ(rebooted.start().trouble, "");
  ASSERT_EQ(rebooted.bind(plan_of({output(0, "a")})), "");
  EXPECT_TRUE(record_of(rebooted, 0, "a").jumped);
  EXPECT_FALSE(record_of(rebooted, 0, "a").sequenced);
}

// At each byte of its head, and in and around all that follows.
TEST_F(StreamMemoryTest, AFileThatIsCutAnywhereIsNotBelieved) {
  live(0, "a", 5);
  const std::string place = file(), whole = folder.at("whole");
  std::filesystem::copy_file(place, whole);
  const std::uintmax_t size = std::filesystem::file_size(whole);
  for (std::uintmax_t length = 0; length < size; length += length < 100    ? 1
                                                           : length < 4090 ? 1330
                                                           : length < 4100 ? 1
                                                                           : 4111) {
    std::filesystem::remove(place);
    std::filesystem::copy_file(whole, place);
    std::filesystem::resize_file(place, length);
    StreamMemory memory(shm, state, 1, true);
    ASSERT_EQ(memory.start().before, Before::kLost) << length;
    ASSERT_NE(memory.start().trouble.find("cut off"), std::string::npos) << memory.start().trouble;
  }
}

TEST_F(StreamMemoryTest, AnyOtherFirstPageIsNotBelieved) {
  live(0, "a", 5);
  const std::string place = file(), whole = folder.at("whole");
  std::filesystem::copy_file(place, whole);
  for (std::streamoff at = 0; at < 64; ++at) {
    std::filesystem::copy_file(whole, place, std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream stream(place, std::ios::in | std::ios::out | std::ios::binary);
      stream.seekg(at);
      const int byte = stream.get();
      stream.seekp(at);
      stream.put(static_cast<char>(byte ^ 0x01));
    }
    StreamMemory memory(shm, state, 1, true);
    ASSERT_EQ(memory.start().before, Before::kLost) << at;
  }
}

TEST_F(StreamMemoryTest, ALinkInItsPlaceIsNotFollowed) {
  live(0, "a", 5);
  const std::string place = file(), elsewhere = folder.write("elsewhere", "not ours");
  std::filesystem::remove(place);
  std::filesystem::create_symlink(elsewhere, place);
  StreamMemory memory(shm, state, kOutputs, true);
  EXPECT_NE(memory.start().trouble, "");
  EXPECT_EQ(std::filesystem::file_size(elsewhere), 8U);
  EXPECT_FALSE(std::filesystem::is_symlink(place)) << "its own file took the place";
}

TEST_F(StreamMemoryTest, WithoutAPlaceForTheFileTheStreamsGoOnAirAllTheSame) {
  StreamMemory memory(folder.at("missing"), state, kOutputs, true);
  EXPECT_NE(memory.start().trouble.find("No such file"), std::string::npos) << memory.start().trouble;
  ASSERT_EQ(memory.bind(plan_of({output(kOutputs - 1, "a")})), "");
  EXPECT_EQ(next_cc(record_of(memory, kOutputs - 1, "a"), 0x1FFE), 0);
}

// Memory that nobody would ever give back.
TEST_F(StreamMemoryTest, FilesOfStateDirectoriesThatAreGoneAreRemoved) {
  live(0, "a", 5);
  const std::string orphan = file();
  const std::string stranger = shm + "/headwater-of-somebody-else";
  std::ofstream(stranger) << "something";
  std::filesystem::remove(state);
  const std::string other = folder.at("other");
  std::filesystem::create_directory(other);
  const StreamMemory memory(shm, other, kOutputs, false);
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_TRUE(std::filesystem::exists(stranger));
}

TEST_F(StreamMemoryTest, SlotsThatNobodyHasTakeNoMemory) {
  live(0, "a", 1);
  struct stat status{};
  ASSERT_EQ(stat(file().c_str(), &status), 0);
  EXPECT_LT(status.st_blocks * 512, status.st_size * 6 / 10) << "two chunks, one of them in use";
}

}  // namespace
}  // namespace headwater::control
