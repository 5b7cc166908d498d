// SPDX-License-Identifier: Apache-2.0
//
// What happens, for who reads the journal: one line an event, a stable event name and key=value fields. An
// event that repeats (same name, same first field) is written a few times a period, then only counted; the
// count follows when the period is over. Time is an argument: tick() moves it. Any thread may write events.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "psi/base/ticks.h"

namespace headwater::control {

enum class Severity : std::uint8_t { kDebug, kInfo, kWarning, kError };

// "input=erste-a". The first field of an event names its subject.
struct Field {
  std::string_view key;
  std::string value;

  Field(std::string_view name, std::string text) : key(name), value(std::move(text)) {}
  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const char* text) : key(name), value(text) {}
  template <std::integral Integer>
  Field(std::string_view name, Integer number) : key(name), value(std::to_string(number)) {}
};

class Log {
 public:
  // How often an event is written within a period before it is only counted.
  static constexpr unsigned kBurst = 5;
  static constexpr Ticks27 kPeriod = Ticks27::seconds(10);

  // Under journald with its priority in front, elsewhere with the time of day.
  [[nodiscard]] static Log to_stderr(Severity least = Severity::kInfo);
  // Each line without a line end, neither priority nor time in front; for tests.
  [[nodiscard]] static Log to(std::function<void(std::string_view)> line, Severity least = Severity::kDebug);

  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;
  ~Log();

  // level=warning event=input.lost input=erste-a reason="no valid packets for over 1 s"
  void event(Severity severity, std::string_view name, std::initializer_list<Field> fields = {});
  // The time is now; writes how many of which events the period that is over held back.
  void tick(Instant now);

 private:
  struct State;
  explicit Log(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace headwater::control
