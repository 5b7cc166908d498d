// SPDX-License-Identifier: Apache-2.0
//
// Real broadcast captures for tests: at $HEADWATER_STREAMS, else ../shared/streams beside the source. Where
// they are not there a test that wants them skips, visibly.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

namespace headwater::test {

[[nodiscard]] std::optional<std::filesystem::path> captures_directory();
// nullopt: not there.
[[nodiscard]] std::optional<std::filesystem::path> capture(std::string_view name);
[[nodiscard]] std::vector<std::uint8_t> read_file(const std::filesystem::path& path);

}  // namespace headwater::test
