// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/gates.h"

#include <fmt/format.h>
#include <rte_errno.h>
#include <rte_ethdev.h>

namespace headwater::dataplane::dpdk {

std::expected<Reception, std::string> open_reception(std::uint16_t device, bool filters) {
  if (rte_eth_promiscuous_enable(device) == 0) return Reception::kPromiscuous;
  const int code = rte_eth_allmulticast_enable(device);
  if (code == 0) return Reception::kAllMulticast;
  if (!filters) return Reception::kUnknown;
  return std::unexpected(fmt::format(
      "the device does not let multicast through ({}); a virtual function needs the trust of its host: `ip "
      "link set DEVICE vf NUMBER trust on`",
      rte_strerror(-code)));
}

PauseFrames switch_pause_frames_off(std::uint16_t device) {
  rte_eth_fc_conf flow_control{};
  if (rte_eth_dev_flow_ctrl_get(device, &flow_control) != 0) return PauseFrames::kUnknown;
  // Also where it says that they are off: until the link is negotiated some say so and switch them on then.
  const bool off = flow_control.mode == RTE_ETH_FC_NONE;
  flow_control.mode = RTE_ETH_FC_NONE;
  if (rte_eth_dev_flow_ctrl_set(device, &flow_control) == 0) return PauseFrames::kOff;
  return off ? PauseFrames::kUnknown : PauseFrames::kOn;
}

}  // namespace headwater::dataplane::dpdk
