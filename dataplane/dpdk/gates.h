// SPDX-License-Identifier: Apache-2.0
//
// What a device that has just been started lets through, and what may halt it. Control thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace headwater::dataplane::dpdk {

// A device's table of groups has room for some (16 to 128) and is no part of a headend with hundreds: it lets
// every group through, and the worker chooses. kPromiscuous: every frame. kAllMulticast: of unicast only what
// is for the device's own address. kUnknown: a virtual device that has neither switch and filters nothing.
enum class Reception : std::uint8_t { kPromiscuous, kAllMulticast, kUnknown };

// IEEE 802.3 annex 31B. A PAUSE of a congested switch would halt every channel of the port; one of ours would
// halt every encoder's. kUnknown: the device has no such thing, or does not say.
enum class PauseFrames : std::uint8_t { kOff, kOn, kUnknown };

// The error says what to do.
std::expected<Reception, std::string> open_reception(std::uint16_t device, bool filters);

PauseFrames switch_pause_frames_off(std::uint16_t device);

}  // namespace headwater::dataplane::dpdk
