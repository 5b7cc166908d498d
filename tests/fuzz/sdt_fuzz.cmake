# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(sdt USES psi/dvbpsi)
