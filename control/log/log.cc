// SPDX-License-Identifier: Apache-2.0
#include "control/log/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace headwater::control {

namespace {

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return spdlog::level::debug;
    case Severity::kInfo:
      return spdlog::level::info;
    case Severity::kWarning:
      return spdlog::level::warn;
    case Severity::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view word_of(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "debug";
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

// sd-daemon(3): the syslog level in angle brackets in front of the line.
std::string_view journal_priority(Severity severity) {
  switch (severity) {
    case Severity::kDebug:
      return "<7>";
    case Severity::kInfo:
      return "<6>";
    case Severity::kWarning:
      return "<4>";
    case Severity::kError:
      return "<3>";
  }
  return "<3>";
}

// A value stands bare where it can be read back so; else quoted. Nothing that came from outside (a service
// name of an input) can end the line or reach a terminal as a control byte.
void append_value(std::string& line, std::string_view value) {
  const bool bare = !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
                    value.find('\x7f') == std::string_view::npos && [&] {
                      for (const char c : value) {
                        if (static_cast<unsigned char>(c) < 0x20) return false;
                      }
                      return true;
                    }();
  if (bare) {
    line += value;
    return;
  }
  static constexpr std::string_view kHex = "0123456789abcdef";
  line += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      line += "\\x";
      line += kHex[byte >> 4];
      line += kHex[byte & 0x0F];
    } else {
      line += c;
    }
  }
  line += '"';
}

class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LineSink(std::function<void(std::string_view)> line) : line_(std::move(line)) {}

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    line_({message.payload.data(), message.payload.size()});
  }
  void flush_() override {}

 private:
  std::function<void(std::string_view)> line_;
};

}  // namespace

struct Log::State {
  struct Repeating {
    Instant since;
    unsigned written = 0;
    std::uint64_t suppressed = 0;
    Severity severity = Severity::kInfo;
    std::string subject_key;
  };

  State(spdlog::sink_ptr sink, Severity least, bool prefix)
      : logger("headwater", std::move(sink)), journal(prefix) {
    logger.set_level(level_of(least));
    logger.flush_on(spdlog::level::trace);
  }

  void write(Severity severity, const std::string& text) {
    std::string line;
    if (journal) line += journal_priority(severity);
    line += "level=";
    line += word_of(severity);
    line += text;
    logger.log(level_of(severity), spdlog::string_view_t(line.data(), line.size()));
  }

  std::mutex mutex;
  spdlog::logger logger;
  bool journal;
  Instant now{0};
  std::map<std::pair<std::string, std::string>, Repeating> repeating;  // (name, subject)
};

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}
Log::Log(Log&&) noexcept = default;
Log& Log::operator=(Log&&) noexcept = default;
Log::~Log() = default;

Log Log::to_stderr(Severity least) {
  // systemd.exec(5): set where the journal reads the stream; it stamps the time itself. Read at start, before
  // any thread.
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;  // NOLINT(concurrency-mt-unsafe)
  auto state = std::make_unique<State>(std::make_shared<spdlog::sinks::stderr_sink_mt>(), least, journal);
  state->logger.set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%e%z %v");
  return Log(std::move(state));
}

Log Log::to(std::function<void(std::string_view)> line, Severity least) {
  return Log(std::make_unique<State>(std::make_shared<LineSink>(std::move(line)), least, false));
}

void Log::event(Severity severity, std::string_view name, std::initializer_list<Field> fields) {
  // Nobody reads it: not even counted.
  if (!state_->logger.should_log(level_of(severity))) return;
  const std::lock_guard lock(state_->mutex);
  const std::string subject = fields.size() == 0 ? std::string() : fields.begin()->value;
  auto& seen = state_->repeating[{std::string(name), subject}];
  if (seen.written == 0) seen.since = state_->now;
  if (seen.written == kBurst) {
    ++seen.suppressed;
    seen.severity = severity;
    if (fields.size() != 0) seen.subject_key = fields.begin()->key;
    return;
  }
  ++seen.written;
  std::string text = " event=";
  text += name;
  for (const Field& field : fields) {
    text += ' ';
    text += field.key;
    text += '=';
    append_value(text, field.value);
  }
  state_->write(severity, text);
}

void Log::tick(Instant now) {
  const std::lock_guard lock(state_->mutex);
  state_->now = now;
  for (auto it = state_->repeating.begin(); it != state_->repeating.end();) {
    const State::Repeating& seen = it->second;
    if (now - seen.since < kPeriod) {
      ++it;
      continue;
    }
    if (seen.suppressed != 0) {
      std::string text = " event=" + it->first.first;
      if (!seen.subject_key.empty()) {
        text += " " + seen.subject_key + "=";
        append_value(text, it->first.second);
      }
      text += " suppressed=" + std::to_string(seen.suppressed);
      state_->write(seen.severity, text);
    }
    it = state_->repeating.erase(it);
  }
}

}  // namespace headwater::control
