# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(dvblast USES config/import)
