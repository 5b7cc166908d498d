// SPDX-License-Identifier: Apache-2.0
#include "control/http/server.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <future>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "control/http/session.h"
#include "control/http/unix_socket.h"

namespace headwater::control::http {
namespace {

namespace asio = boost::asio;

// What accepts connections of one kind. All on the server's thread once it runs.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void accept() = 0;
  virtual void close() = 0;
};

class UnixListener : public Listener {
 public:
  using Stream = boost::beast::basic_stream<detail::UnixProtocol>;

  UnixListener(detail::UnixProtocol::acceptor acceptor, std::string path, detail::Shared& shared)
      : acceptor_(std::move(acceptor)),
        retry_(acceptor_.get_executor()),
        path_(std::move(path)),
        shared_(shared) {
    struct stat now{};
    if (::stat(path_.c_str(), &now) == 0) inode_ = now.st_ino;
  }
  // The place may be another daemon's by now: only the socket that we made is ours to remove.
  ~UnixListener() override {
    struct stat now{};
    if (::stat(path_.c_str(), &now) == 0 && now.st_ino == inode_) ::unlink(path_.c_str());
  }

  void accept() override {
    acceptor_.async_accept([this](boost::system::error_code error, detail::UnixProtocol::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (error) return pause();
      take(std::move(socket));
      accept();
    });
  }

  void close() override {
    boost::system::error_code ignored;
    std::ignore = acceptor_.close(ignored);
    retry_.cancel();
  }

 private:
  void take(detail::UnixProtocol::socket socket) {
    shared_.counters.connections.fetch_add(1, std::memory_order_relaxed);
    const std::size_t open = shared_.sessions.size();
    const bool refused = open >= shared_.limits.connections;
    if (refused) shared_.counters.connections_refused.fetch_add(1, std::memory_order_relaxed);
    // Even saying no takes a descriptor: beyond twice the limit the connection just ends.
    if (open >= 2 * shared_.limits.connections) return;
    std::make_shared<detail::Session<Stream>>(Stream(std::move(socket)), shared_, refused)->start();
  }

  // Out of descriptors or memory: trying again at once would only spin.
  void pause() {
    retry_.expires_after(std::chrono::milliseconds(100));
    retry_.async_wait([this](boost::system::error_code error) {
      if (!error) accept();
    });
  }

  detail::UnixProtocol::acceptor acceptor_;
  asio::steady_timer retry_;
  std::string path_;
  ino_t inode_ = 0;
  detail::Shared& shared_;
};

}  // namespace

struct Server::State {
  State(Router& router, Limits limits)
      : shared{.router = router, .limits = limits, .counters = {}, .sessions = {}} {}

  // Declared before the context: what is still queued in it at its end may touch them.
  detail::Shared shared;
  asio::io_context context{1};
  std::vector<std::unique_ptr<Listener>> listeners;
  std::thread thread;
  std::promise<void> done;
};

Server::Server(Router& router, Limits limits) : state_(std::make_unique<State>(router, limits)) {}

Server::~Server() {
  stop();
}

std::expected<void, std::string> Server::listen_unix(const std::string& path) {
  auto acceptor = detail::listen_at(state_->context, path);
  if (!acceptor) return std::unexpected(acceptor.error());
  state_->listeners.push_back(std::make_unique<UnixListener>(std::move(*acceptor), path, state_->shared));
  return {};
}

void Server::start() {
  for (const auto& listener : state_->listeners) listener->accept();
  state_->thread = std::thread([state = state_.get()] {
    ::pthread_setname_np(::pthread_self(), "hw-http");
    state->context.run();  // ends when the listeners and the last session have
    state->done.set_value();
  });
}

void Server::stop() {
  if (state_->thread.joinable()) {
    asio::post(state_->context, [state = state_.get()] {
      state->shared.stopping = true;
      for (const auto& listener : state->listeners) listener->close();
      // A copy: a session that ends takes itself out of the set.
      const auto sessions = state->shared.sessions;
      for (const auto& session : sessions) session->finish();
    });
    if (state_->done.get_future().wait_for(state_->shared.limits.stop_patience) !=
        std::future_status::ready) {
      state_->context.stop();
    }
    state_->thread.join();
  }
  state_->shared.sessions.clear();
  state_->listeners.clear();
}

const ServerCounters& Server::counters() const {
  return state_->shared.counters;
}

}  // namespace headwater::control::http
