// SPDX-License-Identifier: Apache-2.0
//
// Where the project's source tree lies. The one file that is compiled with an absolute path: all others come
// out the same in every clone, so that ccache serves them all.
#pragma once

#include <filesystem>

namespace headwater::test {

[[nodiscard]] std::filesystem::path source_tree();

}  // namespace headwater::test
