# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(yaml USES config/yaml)
