// SPDX-License-Identifier: Apache-2.0
//
// Runs programs as a shell would and keeps what they say; and a server of the API with fixture data to run
// them against.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "control/api/routes.h"
#include "control/http/server.h"
#include "tests/unit/control_api/fixture_control.h"
#include "tests/unit/control_api/fixture_view.h"
#include "tests/unit/control_http/raw_socket.h"

namespace headwater::hwctl {

struct Outcome {
  int exit = -1;  // -1: ended by a signal
  std::string out, err;
};

// `environment`: "NAME=value", beside PATH and HOME of the test. Ends within its own time or is killed after
// 20 s.
[[nodiscard]] Outcome run_program(const std::vector<std::string>& arguments,
                                  const std::vector<std::string>& environment = {});

// A program that runs on, its standard output read as it comes.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments, bool on_terminal = false,
                          unsigned short rows = 24);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  // What it said so far, once it said `text` `times` over; all it said where it ends or 20 s pass before.
  std::string read_until(std::string_view text, int times);
  void interrupt() const;
  [[nodiscard]] int wait();  // its exit status, -1 after a signal

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string said_;
};

struct HeadendOnASocket {
  HeadendOnASocket();
  control::http::TemporaryDirectory directory;
  std::string socket = directory.file("api.sock");
  control::api::FixtureView view;
  control::api::FixtureControl control;
  control::http::Router router;
  control::http::Server server{router};
};

}  // namespace headwater::hwctl
