// SPDX-License-Identifier: Apache-2.0
#include "dataplane/kernel/pcap_port.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <array>

namespace headwater::dataplane {
namespace {

struct Close {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
  void operator()(pcap_dumper_t* dumper) const { pcap_dump_close(dumper); }
};
using CaptureFile = std::unique_ptr<pcap_t, Close>;
using DumpFile = std::unique_ptr<pcap_dumper_t, Close>;

// Both files are opened with nanoseconds in tv_usec.
Ticks27 from_timeval(const timeval& time) {
  return Ticks27::seconds(time.tv_sec) + Ticks27{time.tv_usec * 27 / 1000};
}

timeval to_timeval(Ticks27 time) {
  timeval result{};
  result.tv_sec = time.value / kTicksPerSecond;
  result.tv_usec = time.value % kTicksPerSecond * 1000 / 27;
  return result;
}

// libpcap names the file in some of its errors.
std::string naming(const std::string& file, const std::string& error) {
  return error.starts_with(file) ? error : file + ": " + error;
}

}  // namespace

struct PcapPort::Capture {
  // Reads the next frame's header and keeps its bytes until the next call.
  void advance() {
    if (received == nullptr || pcap_next_ex(received.get(), &header, &bytes) != 1) header = nullptr;
  }
  [[nodiscard]] Instant arrival() const { return *start + (from_timeval(header->ts) - first); }

  CaptureFile received;
  CaptureFile format;  // what libpcap writes a file by
  DumpFile sent;
  pcap_pkthdr* header = nullptr;  // of the next frame; nullptr: none
  const u_char* bytes = nullptr;
  Ticks27 first;                 // the capture's time of its first frame
  std::optional<Instant> start;  // the worker's time of the same
};

std::expected<std::unique_ptr<PcapPort>, std::string> PcapPort::open(const Files& files, std::size_t frames) {
  auto capture = std::make_unique<Capture>();
  if (files.receive) {
    std::array<char, PCAP_ERRBUF_SIZE> error{};
    capture->received.reset(pcap_open_offline_with_tstamp_precision(
        files.receive->c_str(), PCAP_TSTAMP_PRECISION_NANO, error.data()));
    if (capture->received == nullptr) return std::unexpected(naming(*files.receive, error.data()));
    if (pcap_datalink(capture->received.get()) != DLT_EN10MB) {
      return std::unexpected(*files.receive + ": not a capture of Ethernet frames");
    }
    capture->advance();
    if (capture->header != nullptr) capture->first = from_timeval(capture->header->ts);
  }
  if (files.send) {
    capture->format.reset(pcap_open_dead_with_tstamp_precision(DLT_EN10MB, static_cast<int>(PlainPool::kRoom),
                                                               PCAP_TSTAMP_PRECISION_NANO));
    capture->sent.reset(pcap_dump_open(capture->format.get(), files.send->c_str()));
    if (capture->sent == nullptr)
      return std::unexpected(naming(*files.send, pcap_geterr(capture->format.get())));
  }
  return std::unique_ptr<PcapPort>(new PcapPort(frames, std::move(capture)));
}

PcapPort::PcapPort(std::size_t frames, std::unique_ptr<Capture> capture)
    : pool_(frames), capture_(std::move(capture)) {}
PcapPort::~PcapPort() = default;

std::size_t PcapPort::receive(Instant now, std::span<Frame> frames) {
  if (!capture_->start) capture_->start = now;
  std::size_t count = 0;
  while (count < frames.size() && capture_->header != nullptr && capture_->arrival() <= now) {
    const std::size_t length = capture_->header->caplen;
    Frame& frame = frames[count];
    if (length > PlainPool::kRoom || pool_.allocate({&frame, 1}) == 0) {
      ++missed_;
    } else {
      std::copy_n(capture_->bytes, length, frame.data);
      frame.length = static_cast<std::uint32_t>(length);
      ++count;
    }
    capture_->advance();
  }
  return count;
}

std::size_t PcapPort::send(Instant now, std::span<const Frame> frames,
                           std::span<const Instant> /*departures*/) {
  if (capture_->sent != nullptr) {
    if (!capture_->start) capture_->start = now;
    pcap_pkthdr header{};
    header.ts = to_timeval(capture_->first + (now - *capture_->start));
    for (const Frame& frame : frames) {
      header.caplen = header.len = frame.length;
      // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): pcap_dump's own signature
      pcap_dump(reinterpret_cast<u_char*>(capture_->sent.get()), &header, frame.data);
    }
  }
  pool_.release(frames);
  return frames.size();
}

bool PcapPort::finished() const {
  return capture_->header == nullptr;
}

std::optional<Instant> PcapPort::next_arrival() const {
  if (capture_->header == nullptr || !capture_->start) return std::nullopt;
  return capture_->arrival();
}

}  // namespace headwater::dataplane
