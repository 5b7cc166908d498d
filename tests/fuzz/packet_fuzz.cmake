# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(packet USES psi/ts)
