# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(pat USES psi/dvbpsi)
