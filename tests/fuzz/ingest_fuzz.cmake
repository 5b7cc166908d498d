# SPDX-License-Identifier: Apache-2.0
headwater_fuzzer(ingest USES dataplane/ingest)
