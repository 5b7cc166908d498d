// SPDX-License-Identifier: Apache-2.0
#include "tools/headwaterd/reload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace headwater::daemon {
namespace {

using config::Configuration;
using config::Headend;
using config::Port;
using config::Problem;

const Port* find(const std::vector<Port>& ports, std::string_view id) {
  const auto found = std::ranges::find(ports, id, &Port::id);
  return found == ports.end() ? nullptr : &*found;
}

// Where the key stands, or what it belongs to where the default counts.
template <typename Part>
config::Location place_of(const Part& part, std::string_view key) {
  const auto place = part.places.find(key);
  return place == part.places.end() ? part.where : place->second;
}

class Judgement {
 public:
  template <typename Part, typename Value>
  void compare(const Part& part, std::string_view owner, std::string_view key, const Value& runs,
               const Value& wanted, std::string_view shown) {
    if (runs == wanted) return;
    problems.push_back(
        {place_of(part, key),
         fmt::format(
             "{}: `{}` is {} as it runs: `hwctl config apply --at-next-start`, then restart headwaterd",
             owner, key, shown)});
  }
  std::vector<Problem> problems;
};

}  // namespace

std::vector<Problem> needs_restart(const Configuration& running, const Configuration& next) {
  Judgement judgement;
  const Headend& now = running.headend;
  const Headend& then = next.headend;
  judgement.compare(then, "headend", "workers", now.workers, then.workers,
                    fmt::format("[{}]", fmt::join(now.workers, ", ")));
  judgement.compare(then, "headend", "poll", now.poll, then.poll,
                    now.poll == Headend::Poll::kBusy ? "busy" : "adaptive");
  judgement.compare(then, "headend", "memory", now.memory, then.memory, fmt::format("{}M", now.memory >> 20));
  judgement.compare(then, "headend", "huge_pages", now.huge_pages, then.huge_pages,
                    now.huge_pages ? "true" : "false");
  judgement.compare(then, "headend", "state_directory", now.state_directory, then.state_directory,
                    now.state_directory);
  judgement.compare(then, "headend", "api_socket", now.api_socket, then.api_socket, now.api_socket);
  for (const Port& port : next.ports) {
    const std::string owner = fmt::format("port \"{}\"", port.id);
    const Port* runs = find(running.ports, port.id);
    if (runs == nullptr) {
      judgement.problems.push_back(
          {port.where,
           owner + " is not open: `hwctl config apply --at-next-start`, then restart headwaterd"});
      continue;
    }
    judgement.compare(port, owner, "device", runs->device, port.device, runs->device);
    judgement.compare(port, owner, "mac", runs->mac, port.mac, runs->mac.value_or("the device's own"));
  }
  for (const Port& port : running.ports) {
    if (find(next.ports, port.id) != nullptr) continue;
    judgement.problems.push_back(
        {then.where, fmt::format("port \"{}\" is open, and no longer there: `hwctl config apply "
                                 "--at-next-start`, then restart headwaterd",
                                 port.id)});
  }
  return std::move(judgement.problems);
}

void align_ports(const Configuration& running, Configuration& next) {
  std::vector<Port> aligned;
  aligned.reserve(running.ports.size());
  for (const Port& port : running.ports) aligned.push_back(*find(next.ports, port.id));
  next.ports = std::move(aligned);
}

}  // namespace headwater::daemon
