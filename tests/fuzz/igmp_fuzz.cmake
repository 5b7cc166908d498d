# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(igmp USES dataplane/wire)
