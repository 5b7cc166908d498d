# SPDX-License-Identifier: Apache-2.0
# Third-party libraries, each as an imported (hence SYSTEM) target. Each has one room that may see it.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
set(Boost_NO_WARN_NEW_VERSIONS ON)
find_package(Boost 1.81 REQUIRED COMPONENTS program_options)
find_package(GTest REQUIRED)
include(GoogleTest)

pkg_check_modules(DVBPSI REQUIRED IMPORTED_TARGET libdvbpsi)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(PCAP REQUIRED IMPORTED_TARGET libpcap)
# Debian's libdpdk.pc carries -march=corei7, which would follow and so override ours: dataplane/dpdk filters it.
pkg_check_modules(DPDK REQUIRED libdpdk)
