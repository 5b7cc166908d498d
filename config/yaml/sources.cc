// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/sources.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>

namespace headwater::config {
namespace {

// Each text with its length before it: "5:a.yml".
void put(std::string& packed, std::string_view text) {
  packed += fmt::format("{}:", text.size());
  packed += text;
}

class Unpacker {
 public:
  explicit Unpacker(std::string_view packed) : rest_(packed) {}

  std::string text() {
    const std::size_t length = number();
    if (length > rest_.size()) whole_ = false;
    if (!whole_) return {};
    std::string text(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return text;
  }
  std::size_t number() {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    const auto digits = static_cast<std::size_t>(end - rest_.data());
    if (error != std::errc{} || digits == rest_.size() || rest_[digits] != ':') whole_ = false;
    if (!whole_) return 0;
    rest_.remove_prefix(digits + 1);
    return value;
  }
  template <typename Each>
  void times(Each each) {
    for (std::size_t left = number(); whole_ && left > 0; --left) each();
  }
  [[nodiscard]] bool done() const { return whole_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace

std::string pack(const Sources& sources) {
  std::string packed;
  put(packed, sources.root);
  const auto put_map = [&](const std::map<std::string, std::string>& texts) {
    packed += fmt::format("{}:", texts.size());
    for (const auto& [name, text] : texts) {
      put(packed, name);
      put(packed, text);
    }
  };
  put_map(sources.texts);
  put_map(sources.identities);
  packed += fmt::format("{}:", sources.lists.size());
  for (const auto& [name, paths] : sources.lists) {
    put(packed, name);
    packed += fmt::format("{}:", paths.size());
    for (const std::string& path : paths) put(packed, path);
  }
  return packed;
}

std::optional<Sources> unpack(std::string_view packed) {
  Unpacker from(packed);
  Sources sources;
  sources.root = from.text();
  for (auto* texts : {&sources.texts, &sources.identities}) {
    from.times([&] {
      std::string name = from.text();
      texts->insert_or_assign(std::move(name), from.text());
    });
  }
  from.times([&] {
    std::vector<std::string>& paths = sources.lists[from.text()];
    from.times([&] { paths.push_back(from.text()); });
  });
  if (!from.done()) return std::nullopt;
  return sources;
}

}  // namespace headwater::config
