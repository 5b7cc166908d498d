# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(rtp USES dataplane/wire)
