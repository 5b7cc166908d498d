// SPDX-License-Identifier: Apache-2.0
//
// A program that a test runs: its output is kept, it ends with the test.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace headwater::test {

class Process {
 public:
  // arguments[0] is the program, found by PATH. stdout and stderr are kept apart.
  explicit Process(const std::vector<std::string>& arguments);
  ~Process();  // kills what still runs
  Process(Process&& other) noexcept;
  Process& operator=(Process&&) = delete;

  // The exit status, 128 + n where signal n ended it; nullopt when the time is over first.
  std::optional<int> wait(std::chrono::milliseconds longest = std::chrono::seconds(60));
  void signal(int number) const;
  [[nodiscard]] bool running();
  [[nodiscard]] pid_t pid() const { return pid_; }

  [[nodiscard]] std::string output() const;  // all of stdout so far
  [[nodiscard]] std::string errors() const;  // all of stderr so far

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
  int output_ = -1;
  int errors_ = -1;
};

}  // namespace headwater::test
