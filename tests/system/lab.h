// SPDX-License-Identifier: Apache-2.0
//
// scripts/lab for a test: a network of its own, gone with the test. The hosts are source, headend,
// box1..box4, west and east.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace headwater::test {

class Lab {
 public:
  struct Trouble {
    bool skip = false;  // this machine or user cannot have it
    std::string text;
  };
  static std::expected<std::unique_ptr<Lab>, Trouble> up();
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  // A program on a host.
  [[nodiscard]] Process run(const std::string& host, const std::vector<std::string>& arguments) const;
  // Calls `what` with this thread on a host: sockets opened in it stay there.
  void on(const std::string& host, const std::function<void()>& what) const;
  // "PORT GROUP [SOURCE...]" of what has been joined on the switch west or east.
  [[nodiscard]] std::vector<std::string> groups(const std::string& on_switch) const;
  // Waits until the switch shows this line, or no longer does. False when the time is over.
  [[nodiscard]] bool wait_for_group(const std::string& on_switch, const std::string& line, bool there = true,
                                    std::chrono::milliseconds longest = std::chrono::seconds(15)) const;

 private:
  explicit Lab(std::string name) : name_(std::move(name)) {}
  std::string name_;
};

}  // namespace headwater::test
