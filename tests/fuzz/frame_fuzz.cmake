# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(frame USES dataplane/wire)
