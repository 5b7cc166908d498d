// SPDX-License-Identifier: Apache-2.0
//
// The place of a Unix socket in the file system. Internal to this room. Exceptions of the libraries end here.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <expected>
#include <string>

namespace headwater::control::http::detail {

using UnixProtocol = boost::asio::local::stream_protocol;

// The endpoint of `path`, or why there can be none (the kernel takes 107 bytes).
[[nodiscard]] std::expected<UnixProtocol::endpoint, std::string> unix_endpoint(const std::string& path);

// Listens at `path`: makes its directory, replaces a socket on which nobody listens, mode 0660.
[[nodiscard]] std::expected<UnixProtocol::acceptor, std::string> listen_at(boost::asio::io_context& context,
                                                                           const std::string& path);

}  // namespace headwater::control::http::detail
