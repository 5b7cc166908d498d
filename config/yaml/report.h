// SPDX-License-Identifier: Apache-2.0
//
// Collects what is wrong. A profile's mistake is met again in every channel that uses it: the same words
// about the same place count once. Holds no more than it tells: beyond the first kMaxErrors by place, errors
// are counted, as often as they are met. One thread.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/model/location.h"

namespace headwater::config {

class Report {
 public:
  static constexpr std::size_t kMaxErrors = 1000;

  // Told as "subject: text"; an empty subject is left out.
  void error(const Location& where, std::string_view subject, std::string_view text) {
    errors_.add(where, subject, text);
  }
  void warning(const Location& where, std::string_view subject, std::string_view text) {
    warnings_.add(where, subject, text);
  }
  void add(const Problems& more);

  // Beyond this nobody reads the words: they need not cost much.
  [[nodiscard]] bool is_full() const { return errors_.size() >= kMaxErrors; }
  [[nodiscard]] bool failed() const { return errors_.size() > 0; }
  // In the order of files and lines, at most kMaxErrors and a last line with how many there are beyond.
  [[nodiscard]] Problems take();

 private:
  class List {
   public:
    void add(const Location& where, std::string_view subject, std::string_view text);
    [[nodiscard]] std::size_t size() const { return told_.size(); }
    // `word`: what they are, "errors".
    [[nodiscard]] std::vector<Problem> take(std::string_view word);

   private:
    using Key = std::pair<Location, std::string>;  // place and words, without the subject
    std::map<Key, std::string> told_;              // the first kMaxErrors + 1: whole text
    std::size_t more_ = 0;                         // beyond those
  };

  List errors_;
  List warnings_;
};

}  // namespace headwater::config
