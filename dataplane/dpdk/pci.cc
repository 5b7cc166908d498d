// SPDX-License-Identifier: Apache-2.0
#include "dataplane/dpdk/pci.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>
#include <vector>

namespace headwater::dataplane::dpdk {
namespace {

namespace fs = std::filesystem;

// Drivers under which DPDK gets at the device: those made for user space, and NVIDIA's, which shares it.
constexpr std::array<std::string_view, 4> kUsableDrivers{"vfio-pci", "igb_uio", "uio_pci_generic",
                                                         "mlx5_core"};

std::string read_word(const fs::path& file) {
  std::ifstream in(file);
  std::string word;
  in >> word;
  return word;
}

// PCI class 0x02 is a network controller; sysfs gives class, subclass and interface: 0x020000 is Ethernet.
bool is_network(const fs::path& device) {
  return read_word(device / "class").starts_with("0x02");
}

std::string driver_of(const fs::path& device) {
  std::error_code error;
  const fs::path link = fs::read_symlink(device / "driver", error);
  return error ? std::string() : link.filename().string();
}

// The kernel's interfaces on the device. virtio-pci has them one level down.
std::vector<std::string> interfaces_of(const fs::path& device) {
  std::vector<std::string> names;
  std::error_code error;
  const auto collect = [&](const fs::path& folder) {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "net", error)) {
      names.push_back(entry.path().filename().string());
    }
  };
  collect(device);
  for (const fs::directory_entry& entry : fs::directory_iterator(device, error)) {
    if (entry.path().filename().string().starts_with("virtio")) collect(entry.path());
  }
  return names;
}

std::string network_devices(const fs::path& bus) {
  std::vector<std::string> found;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(bus, error)) {
    if (!is_network(entry.path())) continue;
    const std::string driver = driver_of(entry.path());
    found.push_back(
        fmt::format("{} ({})", entry.path().filename().string(), driver.empty() ? "no driver" : driver));
  }
  std::ranges::sort(found);
  return found.empty() ? "no network device at all" : fmt::format("{}", fmt::join(found, ", "));
}

bool folder_is_empty(const fs::path& folder) {
  std::error_code error;
  return fs::directory_iterator(folder, error) == fs::directory_iterator();
}

// The commands that give the device to vfio-pci, without tools that a minimal system lacks.
std::string how_to_bind(const std::string& address, bool has_driver) {
  const std::string folder = fmt::format("/sys/bus/pci/devices/{}", address);
  return fmt::format(
      "`modprobe vfio-pci; echo vfio-pci > {0}/driver_override; {1}echo {2} > "
      "/sys/bus/pci/drivers_probe`",
      folder, has_driver ? fmt::format("echo {} > {}/driver/unbind; ", address, folder) : "", address);
}

}  // namespace

std::expected<void, std::string> check_pci_device(const std::string& address, const fs::path& sysfs) {
  const fs::path bus = sysfs / "bus/pci/devices";
  const fs::path device = bus / address;
  std::error_code error;
  if (!fs::exists(device, error)) {
    return std::unexpected(
        fmt::format("no device {} on the PCI bus; `lspci -nn | grep Ethernet` shows what there is: {}",
                    address, network_devices(bus)));
  }
  if (!is_network(device)) {
    return std::unexpected(
        fmt::format("device {} is no network card (PCI class {}); network devices here: {}", address,
                    read_word(device / "class"), network_devices(bus)));
  }
  const std::string driver = driver_of(device);
  if (driver.empty()) {
    return std::unexpected(fmt::format("device {} has no driver; bind it to vfio-pci: {}", address,
                                       how_to_bind(address, false)));
  }
  if (std::ranges::find(kUsableDrivers, driver) == kUsableDrivers.end()) {
    const std::vector<std::string> names = interfaces_of(device);
    return std::unexpected(fmt::format(
        "device {} belongs to the kernel's driver {}{}; make sure that nobody manages the host through it, "
        "then "
        "bind it to vfio-pci: {}",
        address, driver, names.empty() ? "" : fmt::format(" (interface {})", fmt::join(names, ", ")),
        how_to_bind(address, true)));
  }
  if (driver == "vfio-pci" && folder_is_empty(sysfs / "kernel/iommu_groups") &&
      read_word(sysfs / "module/vfio/parameters/enable_unsafe_noiommu_mode") != "Y") {
    return std::unexpected(fmt::format(
        "device {} is bound to vfio-pci, but the IOMMU is off: enable VT-d or AMD-Vi in the firmware "
        "and boot with intel_iommu=on (or amd_iommu=on) iommu=pt",
        address));
  }
  return {};
}

}  // namespace headwater::dataplane::dpdk
