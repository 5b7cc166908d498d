# SPDX-License-Identifier: Apache-2.0
# headwater_dpdk: DPDK, linked statically with chosen drivers. Shared, its EAL would load all 150 drivers that
# Debian has, and their libraries, at each start.

# Only what is linked whole runs the constructors by which drivers and buses make themselves known.
set(dpdk_drivers
  bus_auxiliary bus_pci bus_vdev mempool_ring
  net_af_packet net_memif net_null net_pcap net_ring net_tap                                            # virtual
  net_bnxt net_e1000 net_ena net_i40e net_iavf net_ice net_igc net_ixgbe net_mlx5 net_virtio net_vmxnet3  # cards
  common_iavf common_mlx5)
set(dpdk_core
  vhost security cryptodev ip_frag gso hash rcu timer net ethdev meter mbuf mempool ring pci eal telemetry kvargs)

function(dpdk_archives out)
  set(found)
  foreach(name IN LISTS ARGN)
    find_library(DPDK_${name} librte_${name}.a REQUIRED)
    mark_as_advanced(DPDK_${name})
    list(APPEND found "${DPDK_${name}}")
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()
dpdk_archives(dpdk_driver_archives ${dpdk_drivers})
dpdk_archives(dpdk_core_archives ${dpdk_core})
list(JOIN dpdk_driver_archives "," dpdk_driver_list)
list(JOIN dpdk_core_archives "," dpdk_core_list)

# Debian's libdpdk.pc carries -march=corei7, which would follow and so override ours.
set(dpdk_cflags ${DPDK_CFLAGS_OTHER})
list(FILTER dpdk_cflags EXCLUDE REGEX "^-march=")
list(JOIN dpdk_cflags " " dpdk_cflags)

add_library(headwater_dpdk INTERFACE)
target_include_directories(headwater_dpdk SYSTEM INTERFACE ${DPDK_INCLUDE_DIRS})
target_compile_options(headwater_dpdk INTERFACE "SHELL:${dpdk_cflags}")
target_link_libraries(headwater_dpdk INTERFACE
  "$<LINK_LIBRARY:WHOLE_ARCHIVE,${dpdk_driver_list}>"
  "$<LINK_GROUP:RESCAN,${dpdk_core_list}>"
  mlx5 ibverbs pcap numa bsd m dl atomic Threads::Threads)
