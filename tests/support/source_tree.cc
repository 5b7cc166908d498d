// SPDX-License-Identifier: Apache-2.0
#include "tests/support/source_tree.h"

namespace headwater::test {

std::filesystem::path source_tree() {
  return HEADWATER_SOURCE_DIR;
}

}  // namespace headwater::test
