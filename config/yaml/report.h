// SPDX-License-Identifier: Apache-2.0
//
// Collects what is wrong. A profile's mistake is met again in every channel that uses it: the same words
// about the same place count once. One thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "config/model/location.h"

namespace headwater::config {

class Report {
 public:
  static constexpr std::size_t kMaxErrors = 1000;

  // Told as "subject: text"; an empty subject is left out.
  void error(const Location& where, std::string_view subject, std::string_view text) {
    add(problems_.errors, where, subject, text);
  }
  void warning(const Location& where, std::string_view subject, std::string_view text) {
    add(problems_.warnings, where, subject, text);
  }
  void add(const Problems& more);

  // Beyond this nobody reads the words: they need not cost much.
  [[nodiscard]] bool is_full() const { return problems_.errors.size() >= kMaxErrors; }
  [[nodiscard]] bool failed() const { return !problems_.errors.empty(); }
  // In the order of files and lines, at most kMaxErrors and a last line with how many there are beyond.
  [[nodiscard]] Problems take();

 private:
  void add(std::vector<Problem>& list, const Location& where, std::string_view subject,
           std::string_view text);

  Problems problems_;
  std::set<std::pair<Location, std::string>> seen_;
};

}  // namespace headwater::config
