// SPDX-License-Identifier: Apache-2.0
//
// What the test of label load judges, as figures: encoders, the real headwaterd on af_packet and set-top
// boxes, all on this machine, in network namespaces of their own. Needs root and two cores.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tests/bench/figure.h"
#include "tests/load/job.h"

namespace headwater::bench {

struct LabFigures {
  std::vector<Figure> figures;
  std::string limit;  // which end it was, in words
};

// The error: it could not be measured.
std::expected<LabFigures, std::string> measure_lab(const test::LoadOptions& options);

}  // namespace headwater::bench
