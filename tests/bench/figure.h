// SPDX-License-Identifier: Apache-2.0
//
// What a bench says: one number, with what it is of.
#pragma once

#include <string>

namespace headwater::bench {

struct Figure {
  std::string bench;
  std::string of;  // the case
  std::string metric;
  double value = 0;
  std::string unit;
};

}  // namespace headwater::bench
