# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(port_host USES control/membership)
