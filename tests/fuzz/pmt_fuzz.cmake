# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(pmt USES psi/dvbpsi)
