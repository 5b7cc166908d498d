// SPDX-License-Identifier: Apache-2.0
#include "tests/system/lab.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

#include "tests/support/source_tree.h"

namespace headwater::test {
namespace {

constexpr int kCannot = 77;
constexpr std::chrono::milliseconds kLook{100};

Process lab_command(const std::string& name, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"env", "HEADWATER_LAB=" + name, fmt::format("HEADWATER_LAB_OWNER={}", getpid()),
                    (source_tree() / "scripts" / "lab").string()});
  return Process(arguments);
}

class Descriptor {
 public:
  explicit Descriptor(const std::string& path) : value_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (value_ < 0) throw std::system_error(errno, std::generic_category(), path);
  }
  ~Descriptor() { close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return value_; }

 private:
  int value_;
};

void enter(const Descriptor& network) {
  if (setns(network.get(), CLONE_NEWNET) != 0)
    throw std::system_error(errno, std::generic_category(), "setns");
}

}  // namespace

std::expected<std::unique_ptr<Lab>, Lab::Trouble> Lab::up() {
  const std::string name = fmt::format("hwtest{}", getpid());
  Process process = lab_command(name, {"up"});
  const int status = process.wait().value_or(-1);
  if (status != 0) return std::unexpected(Trouble{.skip = status == kCannot, .text = process.errors()});
  return std::unique_ptr<Lab>(new Lab(name));
}

Lab::~Lab() {
  lab_command(name_, {"down"}).wait();
}

Process Lab::run(const std::string& host, const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{"exec", host};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return lab_command(name_, words);
}

void Lab::on(const std::string& host, const std::function<void()>& what) const {
  const Descriptor here("/proc/thread-self/ns/net");
  const Descriptor there(fmt::format("/run/netns/{}-{}", name_, host));
  enter(there);
  try {
    what();
  } catch (...) {
    enter(here);
    throw;
  }
  enter(here);
}

std::vector<std::string> Lab::groups(const std::string& on_switch) const {
  Process process = lab_command(name_, {"groups", on_switch});
  if (process.wait() != 0) throw std::runtime_error("lab groups: " + process.errors());
  std::vector<std::string> lines;
  std::istringstream text(process.output());
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

bool Lab::wait_for_group(const std::string& on_switch, const std::string& line, bool there,
                         std::chrono::milliseconds longest) const {
  const auto until = std::chrono::steady_clock::now() + longest;
  for (;;) {
    const std::vector<std::string> lines = groups(on_switch);
    if ((std::ranges::find(lines, line) != lines.end()) == there) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace headwater::test
