# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(m3u USES config/import)
