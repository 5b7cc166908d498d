# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(lineup USES config/yaml)
