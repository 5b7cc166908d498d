// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/port.h"

#include <fmt/format.h>
#include <net/if.h>
#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "dataplane/dpdk/device.h"
#include "dataplane/dpdk/kernel_interface.h"
#include "dataplane/dpdk/pci.h"
#include "dataplane/dpdk/queue.h"

namespace headwater::dataplane::dpdk {
namespace {

constexpr std::uint16_t kReceiveDescriptors = 2048;
constexpr std::uint16_t kSendDescriptors = 1024;
constexpr unsigned kPoolCache = 256;
// Frames that neither the device's queues nor the worker's cache hold: some bursts on their way.
constexpr unsigned kLeastFrames = 8 * Queue::kBurst;
// IPv4, UDP, RTP and seven TS packets.
constexpr unsigned kGreatestDatagram = 20 + 8 + 12 + 7 * 188;

std::string error_text(int code) {
  return rte_strerror(code < 0 ? -code : code);
}

std::optional<std::uint16_t> find_device(const std::string& name) {
  std::uint16_t port = 0;
  if (rte_eth_dev_get_port_by_name(name.c_str(), &port) == 0) return port;
  // Drivers that name their ports otherwise than by the device.
  rte_dev_iterator iterator{};
  if (rte_eth_iterator_init(&iterator, name.c_str()) != 0) return std::nullopt;
  port = rte_eth_iterator_next(&iterator);
  if (port == RTE_MAX_ETHPORTS) return std::nullopt;
  rte_eth_iterator_cleanup(&iterator);
  return port;
}

std::expected<std::uint16_t, std::string> attach(const Device& device) {
  if (device.kind == Device::Kind::kPci) {
    if (auto usable = check_pci_device(device.name); !usable) return std::unexpected(usable.error());
    if (const auto port = find_device(device.name)) return *port;  // found at DPDK's start
  } else if (const std::optional<std::string> interface = device.kernel_interface()) {
    if (auto usable = check_kernel_interface(*interface); !usable) return std::unexpected(usable.error());
  }
  const int answer = rte_dev_probe(device.to_string().c_str());
  const auto port = answer == 0 ? find_device(device.name) : std::nullopt;
  if (port) return *port;
  return std::unexpected(fmt::format("no driver of DPDK takes device {} ({}); the log has what it says",
                                     device.to_string(), answer == 0 ? "no port" : error_text(answer)));
}

// IPv4 and UDP where the device can: the streams of a group stay in one queue either way.
std::uint64_t hash_of(const rte_eth_dev_info& info) {
  return info.flow_type_rss_offloads & (RTE_ETH_RSS_IP | RTE_ETH_RSS_UDP);
}

}  // namespace

struct DpdkPort::Impl {
  PortOptions options;
  std::vector<PortCounters*> counters;  // by queue
  std::optional<std::string> kernel_interface;
  unsigned interface_index = 0;  // of the interface that the device's sockets are bound to
  std::uint16_t device = 0;
  bool attached = false;
  rte_mempool* pool = nullptr;
  std::uint16_t receive_queues = 1;
  std::size_t frames_in_queues = 0;
  std::string driver;
  Reception reception = Reception::kUnknown;
  PauseFrames pause_frames = PauseFrames::kUnknown;
  std::vector<std::unique_ptr<Queue>> queues;

  Impl(PortOptions with, std::span<PortCounters* const> count)
      : options(std::move(with)), counters(count.begin(), count.end()) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  std::expected<void, std::string> start();
  std::expected<void, std::string> make_pool(unsigned receive_descriptors, unsigned send_descriptors);
  std::expected<void, std::string> configure(const rte_eth_dev_info& info);
  std::expected<void, std::string> make_queues(const rte_eth_dev_info& info);
  [[nodiscard]] LinkState kernel_link(const std::string& name) const;
};

DpdkPort::Impl::~Impl() {
  if (attached) {
    rte_eth_dev_info info{};
    const bool known = rte_eth_dev_info_get(device, &info) == 0;
    rte_eth_dev_stop(device);
    rte_eth_dev_close(device);
    if (known) rte_dev_remove(info.device);
  }
  if (!options.leaves_memory) rte_mempool_free(pool);
}

std::expected<void, std::string> DpdkPort::Impl::make_pool(unsigned receive_descriptors,
                                                           unsigned send_descriptors) {
  const std::uint32_t object = sizeof(rte_mbuf) + RTE_MBUF_DEFAULT_BUF_SIZE;
  const std::uint64_t count = options.memory / rte_mempool_calc_obj_size(object, 0, nullptr);
  const auto workers = static_cast<unsigned>(counters.size());
  frames_in_queues =
      receive_queues * receive_descriptors + workers * (send_descriptors + kPoolCache * 3 / 2 + kLeastFrames);
  if (count < frames_in_queues) {
    return std::unexpected(
        fmt::format("{} MiB hold {} frames, but its queues alone need {}: make `memory` larger",
                    options.memory >> 20, count, frames_in_queues));
  }
  const int node = rte_eth_dev_socket_id(device);
  pool = rte_pktmbuf_pool_create(fmt::format("frames-{}", options.index.index).c_str(),
                                 static_cast<unsigned>(count), kPoolCache, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
                                 node < 0 ? SOCKET_ID_ANY : node);
  if (pool == nullptr) {
    return std::unexpected(fmt::format("no {} MiB of memory for {} frames on NUMA node {} ({})",
                                       options.memory >> 20, count, std::max(node, 0),
                                       error_text(rte_errno)));
  }
  return {};
}

std::expected<void, std::string> DpdkPort::Impl::make_queues(const rte_eth_dev_info& info) {
  std::uint16_t receive_descriptors = kReceiveDescriptors;
  std::uint16_t send_descriptors = kSendDescriptors;
  if (const int code = rte_eth_dev_adjust_nb_rx_tx_desc(device, &receive_descriptors, &send_descriptors);
      code != 0) {
    return std::unexpected(fmt::format("the device refuses its queue sizes: {}", error_text(code)));
  }
  if (auto made = make_pool(receive_descriptors, send_descriptors); !made) return made;
  const auto node = static_cast<unsigned>(rte_eth_dev_socket_id(device));
  const auto workers = static_cast<std::uint16_t>(counters.size());
  for (std::uint16_t queue = 0; queue < workers; ++queue) {
    const bool receives = queue < receive_queues;
    if (receives) {
      const int code =
          rte_eth_rx_queue_setup(device, queue, receive_descriptors, node, &info.default_rxconf, pool);
      if (code != 0) return std::unexpected(fmt::format("no receive queue {}: {}", queue, error_text(code)));
    }
    if (const int code = rte_eth_tx_queue_setup(device, queue, send_descriptors, node, &info.default_txconf);
        code != 0) {
      return std::unexpected(fmt::format("no send queue {}: {}", queue, error_text(code)));
    }
    queues.push_back(std::make_unique<Queue>(
        Queue::Place{.device = device, .number = queue, .receives = receives, .port = options.index}, pool,
        *counters[queue]));
  }
  return {};
}

std::expected<void, std::string> DpdkPort::Impl::configure(const rte_eth_dev_info& info) {
  const auto workers = static_cast<std::uint16_t>(counters.size());
  if (info.max_tx_queues < workers) {
    return std::unexpected(
        fmt::format("the device has {} send queues, and each of the {} `workers` needs one: name fewer cores",
                    info.max_tx_queues, workers));
  }
  receive_queues = std::clamp<std::uint16_t>(info.max_rx_queues, 1, workers);
  rte_eth_conf configuration{};
  if (receive_queues > 1 && hash_of(info) != 0) {
    configuration.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    configuration.rx_adv_conf.rss_conf.rss_hf = hash_of(info);
  }
  if (const int code = rte_eth_dev_configure(device, receive_queues, workers, &configuration); code != 0)
    return std::unexpected(fmt::format("the device refuses its configuration: {}", error_text(code)));
  return {};
}

std::expected<void, std::string> DpdkPort::Impl::start() {
  auto parsed = Device::parse(options.device);
  if (parsed) parsed = parsed->with_queues(static_cast<unsigned>(counters.size()));
  if (!parsed) return std::unexpected(parsed.error());
  kernel_interface = parsed->kernel_interface();
  const auto found = attach(*parsed);
  if (!found) return std::unexpected(found.error());
  device = *found;
  attached = true;
  if (kernel_interface) interface_index = if_nametoindex(kernel_interface->c_str());

  rte_eth_dev_info info{};
  if (const int code = rte_eth_dev_info_get(device, &info); code != 0) {
    return std::unexpected(fmt::format("the device does not describe itself: {}", error_text(code)));
  }
  if (auto configured = configure(info); !configured) return configured;
  if (auto made = make_queues(info); !made) return made;
  if (const int code = rte_eth_dev_start(device); code != 0) {
    return std::unexpected(fmt::format("the device does not start: {}", error_text(code)));
  }
  const auto opened = open_reception(device, parsed->kind == Device::Kind::kPci);
  if (!opened) return std::unexpected(opened.error());
  reception = *opened;
  // Drivers begin with them on at each start.
  pause_frames = switch_pause_frames_off(device);
  driver = info.driver_name;
  return {};
}

LinkState DpdkPort::Impl::kernel_link(const std::string& name) const {
  const auto state = kernel_interface_state(name);
  if (!state) return {.up = false, .trouble = fmt::format("interface {} is gone", name)};
  if (state->index != interface_index) {
    return {
        .up = false,
        .trouble = fmt::format("interface {} was removed and made anew: restart headwaterd to use it", name)};
  }
  if (!state->up)
    return {.up = false, .trouble = fmt::format("interface {0} is down: `ip link set {0} up`", name)};
  if (!state->carrier)
    return {.up = false, .trouble = fmt::format("interface {} has no carrier: its other end is down", name)};
  LinkState link{.up = true, .trouble = {}};
  if (state->mtu < kGreatestDatagram) {
    link.trouble = fmt::format(
        "interface {0} has an MTU of {1}: datagrams of more bytes are lost, and seven TS packets need {2}: "
        "`ip link set {0} mtu 1500`",
        name, state->mtu, kGreatestDatagram);
  }
  return link;
}

DpdkPort::DpdkPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
DpdkPort::~DpdkPort() = default;

std::expected<std::unique_ptr<DpdkPort>, std::string> DpdkPort::open(
    const PortOptions& options, std::span<PortCounters* const> counters) {
  auto impl = std::make_unique<Impl>(options, counters);
  if (auto started = impl->start(); !started) {
    return std::unexpected(fmt::format("port \"{}\": {}", options.id, started.error()));
  }
  return std::unique_ptr<DpdkPort>(new DpdkPort(std::move(impl)));
}

Port& DpdkPort::queue(std::size_t worker) {
  return *impl_->queues[worker];
}

std::optional<unsigned> DpdkPort::node() const {
  const int node = rte_eth_dev_socket_id(impl_->device);
  return node < 0 ? std::nullopt : std::optional(static_cast<unsigned>(node));
}

std::string DpdkPort::driver() const {
  return impl_->driver;
}
Reception DpdkPort::reception() const {
  return impl_->reception;
}
PauseFrames DpdkPort::pause_frames() const {
  return impl_->pause_frames;
}

wire::MacAddress DpdkPort::mac() const {
  rte_ether_addr address{};
  wire::MacAddress mac;
  if (rte_eth_macaddr_get(impl_->device, &address) == 0) {
    std::ranges::copy(address.addr_bytes, mac.bytes.begin());
  }
  return mac;
}

DeviceStatistics DpdkPort::statistics() const {
  rte_eth_stats stats{};
  if (rte_eth_stats_get(impl_->device, &stats) != 0) return {};
  return {.received = stats.ipackets,
          .received_bytes = stats.ibytes,
          .sent = stats.opackets,
          .sent_bytes = stats.obytes,
          .missed = stats.imissed,
          .no_buffer = stats.rx_nombuf,
          .receive_errors = stats.ierrors,
          .send_errors = stats.oerrors};
}

LinkState DpdkPort::link() const {
  // af_packet says "up" from start to stop, whatever the interface does.
  if (impl_->kernel_interface) return impl_->kernel_link(*impl_->kernel_interface);
  rte_eth_link link{};
  if (rte_eth_link_get_nowait(impl_->device, &link) == 0 && link.link_status == RTE_ETH_LINK_UP)
    return {.up = true, .trouble = {}};
  return {.up = false,
          .trouble = fmt::format("no link at {}: look at the cable, the optics and the switch's port",
                                 impl_->options.device)};
}

std::optional<std::uint64_t> DpdkPort::link_bps() const {
  // af_packet says 10 Gb/s, whatever the interface has.
  if (impl_->kernel_interface) return std::nullopt;
  rte_eth_link link{};
  if (rte_eth_link_get_nowait(impl_->device, &link) != 0 || link.link_status != RTE_ETH_LINK_UP ||
      link.link_speed == RTE_ETH_SPEED_NUM_NONE || link.link_speed == RTE_ETH_SPEED_NUM_UNKNOWN) {
    return std::nullopt;
  }
  return std::uint64_t{link.link_speed} * 1'000'000;
}

std::size_t DpdkPort::frames_total() const {
  return impl_->pool->size;
}
std::size_t DpdkPort::frames_in_queues() const {
  return impl_->frames_in_queues;
}
std::size_t DpdkPort::frames_free() const {
  return rte_mempool_avail_count(impl_->pool);
}

}  // namespace headwater::dataplane::dpdk
