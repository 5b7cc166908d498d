# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(section USES psi/section)
