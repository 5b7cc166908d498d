// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/play.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "dataplane/kernel/file_reader.h"
#include "dataplane/kernel/file_schedule.h"
#include "tools/hwgen/loop_stamper.h"
#include "tools/hwgen/sender.h"

namespace headwater::hwgen {
namespace {

using dataplane::FileReader;
using dataplane::FileSchedule;

volatile std::sig_atomic_t stopped = 0;
void stop(int /*signal*/) {
  stopped = 1;
}

std::string url_of(const PlayTarget& target) {
  return fmt::format("{}://{}:{}", target.rtp ? "rtp" : "udp", target.address.to_string(), target.port);
}

constexpr std::size_t kPacketsPerDatagram = 7;
constexpr Ticks27 kLongestDatagram = Ticks27::milliseconds(40);

Instant now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return Instant{std::chrono::duration_cast<std::chrono::nanoseconds>(since).count() / 1000 * 27};
}

// One file on its way to one address.
class Player {
 public:
  Player(FileReader file, FileSchedule schedule, Sender sender, Instant start, PlayedStream& played)
      : played_(played),
        file_(std::move(file)),
        schedule_(std::move(schedule)),
        sender_(std::move(sender)),
        loop_start_(start) {}

  [[nodiscard]] Instant due() const { return loop_start_ + schedule_.due(next_); }

  // Sends the next datagram. False: the file is at its end.
  std::expected<bool, std::string> send() {
    const Instant first = due();
    std::vector<std::uint8_t> datagram;
    std::size_t count = 0;
    while (count < kPacketsPerDatagram && next_ < schedule_.packets() && due() - first <= kLongestDatagram) {
      const Bytes packet = file_.look(schedule_.offset(next_), ts::kPacketSize);
      if (packet.empty()) return std::unexpected(file_.failure());
      ++next_;
      datagram.insert(datagram.end(), packet.begin(), packet.end());
      stamper_.stamp(ts::MutablePacketBytes(&datagram[count * ts::kPacketSize], ts::kPacketSize));
      ++count;
    }
    const auto loss = sender_.send(datagram, first);
    if (!loss) return std::unexpected(loss.error());
    count_datagram(*loss);
    if (next_ < schedule_.packets()) return true;
    next_ = 0;
    loop_start_ = loop_start_ + schedule_.duration();
    stamper_.seam();
    return false;
  }

 private:
  void count_datagram(int loss) {
    if (loss == 0) {
      ++played_.sent;
    } else if (played_.lost++ == 0) {
      fmt::print(stderr, "hwgen: {}: {}: its datagrams are lost; going on\n", played_.url,
                 std::strerror(loss));
    }
  }

  PlayedStream& played_;
  FileReader file_;
  FileSchedule schedule_;
  Sender sender_;
  LoopStamper stamper_;
  Instant loop_start_;
  std::size_t next_ = 0;
};

std::expected<std::unique_ptr<Player>, std::string> make_player(const PlayItem& item,
                                                                const PlayOptions& options, Instant start,
                                                                PlayedStream& played) {
  auto file = FileReader::open(item.file);
  if (!file) return std::unexpected(file.error());
  auto schedule = FileSchedule::make(*file, options.rate);
  if (!schedule) return std::unexpected(schedule.error());
  auto sender = Sender::open(item.target, options.from, options.ttl);
  if (!sender) return std::unexpected(sender.error());
  return std::make_unique<Player>(std::move(*file), std::move(*schedule), std::move(*sender), start, played);
}

}  // namespace

std::expected<std::vector<PlayedStream>, std::string> play(const PlayOptions& options) {
  std::signal(SIGTERM, stop);
  std::signal(SIGINT, stop);
  const Instant start = now() + Ticks27::milliseconds(20);
  std::vector<PlayedStream> played;
  played.reserve(options.items.size());
  for (const PlayItem& item : options.items) played.push_back({.url = url_of(item.target)});
  std::vector<std::unique_ptr<Player>> players;
  for (std::size_t i = 0; i < options.items.size(); ++i) {
    auto player = make_player(options.items[i], options, start, played[i]);
    if (!player) return std::unexpected(player.error());
    players.push_back(std::move(*player));
  }
  fmt::print(stderr, "hwgen: playing {} {}\n", players.size(), players.size() == 1 ? "file" : "files");
  while (stopped == 0 && !players.empty()) {
    const auto next = std::ranges::min_element(players, {}, [](const auto& player) { return player->due(); });
    if (options.seconds && (*next)->due() - start > Ticks27::seconds(*options.seconds)) break;
    const Ticks27 wait = (*next)->due() - now();
    if (wait > Ticks27{}) std::this_thread::sleep_for(std::chrono::microseconds(wait.value / 27));
    const auto more = (*next)->send();
    if (!more) return std::unexpected(more.error());
    if (!*more && options.once) players.erase(next);
  }
  return played;
}

std::string summary(const std::vector<PlayedStream>& streams) {
  PlayedStream all;
  std::string where;
  for (const PlayedStream& stream : streams) {
    all.sent += stream.sent;
    all.lost += stream.lost;
    if (stream.lost > 0) where += fmt::format("{}{} {}", where.empty() ? "" : ", ", stream.url, stream.lost);
  }
  if (all.lost == 0) return fmt::format("{} datagrams sent", all.sent);
  return fmt::format("{} datagrams sent, {} lost ({})", all.sent, all.lost, where);
}

}  // namespace headwater::hwgen
