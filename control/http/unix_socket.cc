// SPDX-License-Identifier: Apache-2.0
#include "control/http/unix_socket.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>
#include <utility>

namespace headwater::control::http::detail {
namespace {

using boost::system::error_code;

constexpr mode_t kSocketMode = 0660;

// Takes a socket away on which nobody listens; anything else at the place is an error.
std::expected<void, std::string> clear_place(boost::asio::io_context& context, const std::string& path,
                                             const UnixProtocol::endpoint& endpoint) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::symlink_status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return {};
  if (error) return std::unexpected(fmt::format("cannot look at {}: {}", path, error.message()));
  if (status.type() != std::filesystem::file_type::socket) {
    return std::unexpected(
        fmt::format("{} is there and is not a socket: remove it or choose another path", path));
  }
  UnixProtocol::socket probe(context);
  error_code connected;
  if (!probe.connect(endpoint, connected)) {
    return std::unexpected(
        fmt::format("another headwaterd listens on {}: stop it or choose another path", path));
  }
  if (connected != boost::asio::error::connection_refused) {
    return std::unexpected(fmt::format("cannot tell who listens on {}: {}", path, connected.message()));
  }
  std::filesystem::remove(path, error);
  if (error) return std::unexpected(fmt::format("cannot remove the old {}: {}", path, error.message()));
  return {};
}

}  // namespace

std::expected<UnixProtocol::endpoint, std::string> unix_endpoint(const std::string& path) {
  constexpr std::size_t kRoom = sizeof(sockaddr_un::sun_path) - 1;
  if (path.empty()) return std::unexpected("the socket's path is empty");
  if (path.size() > kRoom) {
    return std::unexpected(fmt::format("the socket's path is {} bytes long, at most {} are possible: {}",
                                       path.size(), kRoom, path));
  }
  return UnixProtocol::endpoint(path);
}

std::expected<UnixProtocol::acceptor, std::string> listen_at(boost::asio::io_context& context,
                                                             const std::string& path) {
  auto endpoint = unix_endpoint(path);
  if (!endpoint) return std::unexpected(endpoint.error());

  const std::filesystem::path directory = std::filesystem::path(path).parent_path();
  if (std::error_code error; !directory.empty() && !std::filesystem::is_directory(directory, error)) {
    std::filesystem::create_directories(directory, error);
    if (error) {
      return std::unexpected(fmt::format("cannot make {}: {}", directory.string(), error.message()));
    }
  }
  if (auto cleared = clear_place(context, path, *endpoint); !cleared) return std::unexpected(cleared.error());

  UnixProtocol::acceptor acceptor(context);
  error_code error;
  const auto failed = [&path, &error](std::string_view step) {
    return std::unexpected(fmt::format("cannot {} {}: {}", step, path, error.message()));
  };
  if (acceptor.open(endpoint->protocol(), error)) return failed("make a socket for");
  // Before bind, so that the socket is at no instant open to more than it should (unix(7): the mode of the
  // descriptor, less the umask, becomes the file's); after it, against a umask that takes too much.
  if (::fchmod(acceptor.native_handle(), kSocketMode) != 0) {
    error.assign(errno, boost::system::system_category());
    return failed("set the mode of");
  }
  if (acceptor.bind(*endpoint, error)) return failed("bind");
  if (::chmod(path.c_str(), kSocketMode) != 0) {
    error.assign(errno, boost::system::system_category());
    return failed("set the mode of");
  }
  if (acceptor.listen(boost::asio::socket_base::max_listen_connections, error)) return failed("listen on");
  return acceptor;
}

}  // namespace headwater::control::http::detail
