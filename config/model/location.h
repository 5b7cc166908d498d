// SPDX-License-Identifier: Apache-2.0
//
// Where in the operator's files a thing stands, and what is wrong there: file:line:column: text. Any thread.
#pragma once

#include <compare>
#include <string>
#include <vector>

namespace headwater::config {

struct Location {
  std::string file;
  unsigned line = 0;    // from 1; 0: the file as a whole
  unsigned column = 0;  // from 1, in characters
  friend auto operator<=>(const Location&, const Location&) = default;
};

// "lineup.yaml:42:11"; of a file as a whole "lineup.yaml".
[[nodiscard]] std::string to_string(const Location& where);

struct Problem {
  Location where;
  std::string text;  // what is wrong, what is allowed, the way out
  [[nodiscard]] std::string to_string()
      const;  // "lineup.yaml:42:11: channel \"News HD\": pid 8200 is not a PID (0..8191)"
};

// All errors of a configuration come together; warnings do not keep it from running.
struct Problems {
  std::vector<Problem> errors;
  std::vector<Problem> warnings;
};

}  // namespace headwater::config
