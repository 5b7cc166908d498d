// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/queue.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <algorithm>
#include <array>

namespace headwater::dataplane::dpdk {
namespace {

static_assert(Port::kFrameRoom <= RTE_MBUF_DEFAULT_DATAROOM);

// The frames of all queues: an mbuf knows its pool.
class MbufFrames final : public FramePool {
 public:
  void release(std::span<const Frame> frames) override {
    std::array<rte_mbuf*, Queue::kBurst> mbufs;
    while (!frames.empty()) {
      const std::size_t count = std::min(frames.size(), Queue::kBurst);
      for (std::size_t i = 0; i < count; ++i) mbufs[i] = static_cast<rte_mbuf*>(frames[i].handle);
      rte_pktmbuf_free_bulk(mbufs.data(), static_cast<unsigned>(count));
      frames = frames.subspan(count);
    }
  }
};

MbufFrames& mbuf_frames() {
  static MbufFrames frames;
  return frames;
}

Frame to_frame(rte_mbuf* mbuf, FramePool* pool, PortIndex port) {
  return {.data = rte_pktmbuf_mtod(mbuf, std::uint8_t*),
          .handle = mbuf,
          .pool = pool,
          .length = mbuf->data_len,
          .port = port.index};
}

}  // namespace

Queue::Queue(const Place& place, rte_mempool* pool, PortCounters& counters)
    : frames_(&mbuf_frames()), place_(place), pool_(pool), counters_(counters) {}

std::size_t Queue::receive(Instant, std::span<Frame> frames) {
  if (!place_.receives) return 0;
  std::array<rte_mbuf*, kBurst> mbufs;
  const auto wanted = static_cast<std::uint16_t>(std::min(frames.size(), kBurst));
  const std::uint16_t received = rte_eth_rx_burst(place_.device, place_.number, mbufs.data(), wanted);
  std::size_t count = 0;
  for (std::uint16_t i = 0; i < received; ++i) {
    rte_mbuf* mbuf = mbufs[i];
    if (mbuf->nb_segs != 1) {
      counters_.received.add(1);
      counters_.received_bytes.add(mbuf->pkt_len);
      counters_.drop_multi_segment.add(1);
      rte_pktmbuf_free(mbuf);
      continue;
    }
    frames[count] = to_frame(mbuf, frames_, place_.port);
    rte_prefetch0(frames[count].data);
    ++count;
  }
  return count;
}

std::size_t Queue::allocate(std::span<Frame> frames) {
  std::array<rte_mbuf*, kBurst> mbufs;
  std::size_t done = 0;
  while (done < frames.size()) {
    const std::size_t wanted = std::min(frames.size() - done, kBurst);
    std::size_t got = wanted;
    if (rte_pktmbuf_alloc_bulk(pool_, mbufs.data(), static_cast<unsigned>(wanted)) != 0) {
      // All or nothing: near the pool's end the last ones come one by one.
      for (got = 0; got < wanted; ++got) {
        mbufs[got] = rte_pktmbuf_alloc(pool_);
        if (mbufs[got] == nullptr) break;
      }
    }
    for (std::size_t i = 0; i < got; ++i) {
      frames[done + i] = to_frame(mbufs[i], frames_, place_.port);
    }
    done += got;
    if (got < wanted) break;
  }
  return done;
}

std::size_t Queue::send(Instant, std::span<const Frame> frames, std::span<const Instant>) {
  std::array<rte_mbuf*, kBurst> mbufs;
  std::size_t done = 0;
  while (done < frames.size()) {
    const std::size_t count = std::min(frames.size() - done, kBurst);
    for (std::size_t i = 0; i < count; ++i) {
      const Frame& frame = frames[done + i];
      auto* mbuf = static_cast<rte_mbuf*>(frame.handle);
      // A datagram that leaves in the mbuf it came in may begin elsewhere than it did.
      mbuf->data_off = static_cast<std::uint16_t>(frame.data - static_cast<std::uint8_t*>(mbuf->buf_addr));
      mbuf->data_len = static_cast<std::uint16_t>(frame.length);
      mbuf->pkt_len = frame.length;
      mbuf->ol_flags = 0;
      mbufs[i] = mbuf;
    }
    const std::uint16_t sent =
        rte_eth_tx_burst(place_.device, place_.number, mbufs.data(), static_cast<std::uint16_t>(count));
    done += sent;
    if (sent < count) break;
  }
  return done;
}

}  // namespace headwater::dataplane::dpdk
