// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "control/http/router.h"
#include "control/http/server.h"
#include "raw_socket.h"

namespace headwater::control::http {
namespace {

using ::testing::HasSubstr;

// A socket file that its owner left behind, as after SIGKILL.
void leave_stale_socket(const std::string& path) {
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = RawSocket::address_of(path);
  ASSERT_EQ(::bind(descriptor, RawSocket::as_sockaddr(&address), sizeof address), 0);
  ::close(descriptor);
}

struct UnixSocketTest : ::testing::Test {
  TemporaryDirectory directory;
  Router router;
};

TEST_F(UnixSocketTest, MakesItsDirectoryAndKeepsOthersOut) {
  const std::string path = directory.file("run/headwater/api.sock");
  Server server(router);
  ASSERT_TRUE(server.listen_unix(path).has_value());
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

TEST_F(UnixSocketTest, TheModeIsTheSameUnderAnyUmask) {
  const mode_t before = ::umask(0777);
  Server server(router);
  const auto listening = server.listen_unix(directory.file("api.sock"));
  ::umask(before);
  ASSERT_TRUE(listening.has_value()) << listening.error();
  struct stat status{};
  ASSERT_EQ(::stat(directory.file("api.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

TEST_F(UnixSocketTest, ReplacesAStaleSocket) {
  const std::string path = directory.file("api.sock");
  leave_stale_socket(path);
  Server server(router);
  const auto listening = server.listen_unix(path);
  ASSERT_TRUE(listening.has_value()) << listening.error();
  server.start();
  EXPECT_TRUE(RawSocket(path).connected());
}

TEST_F(UnixSocketTest, LeavesAnotherDaemonsSocketAlone) {
  const std::string path = directory.file("api.sock");
  Server first(router);
  ASSERT_TRUE(first.listen_unix(path).has_value());
  first.start();
  Server second(router);
  const auto listening = second.listen_unix(path);
  ASSERT_FALSE(listening.has_value());
  EXPECT_THAT(listening.error(), HasSubstr("another headwaterd listens on " + path));
  second.stop();
  EXPECT_TRUE(RawSocket(path).connected());
}

TEST_F(UnixSocketTest, LeavesAFileThatIsNoSocketAlone) {
  const std::string path = directory.file("api.sock");
  std::ofstream(path) << "precious";
  Server server(router);
  const auto listening = server.listen_unix(path);
  ASSERT_FALSE(listening.has_value());
  EXPECT_THAT(listening.error(), HasSubstr("is not a socket"));
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

TEST_F(UnixSocketTest, RemovesOnlyTheSocketThatItMade) {
  const std::string path = directory.file("api.sock");
  Server server(router);
  ASSERT_TRUE(server.listen_unix(path).has_value());
  // Somebody took the place meanwhile. A hard link keeps the first inode's number from being given out again.
  std::filesystem::create_hard_link(path, directory.file("old"));
  std::filesystem::remove(path);
  leave_stale_socket(path);
  server.stop();
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(UnixSocketTest, SaysWhatIsWrongWithAPath) {
  Server server(router);
  EXPECT_THAT(server.listen_unix(directory.file(std::string(120, 'a'))).error(),
              HasSubstr("at most 107 are possible"));
  EXPECT_THAT(server.listen_unix("").error(), HasSubstr("empty"));
  EXPECT_THAT(server.listen_unix("/proc/nowhere/api.sock").error(), HasSubstr("cannot make /proc/nowhere"));
}

}  // namespace
}  // namespace headwater::control::http
