// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/files.h"

#include <fmt/core.h>

#include <optional>
#include <set>
#include <string>

#include "config/yaml/document.h"
#include "config/yaml/lineup.h"
#include "config/yaml/map_reader.h"
#include "config/yaml/read.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;

struct Pattern {
  std::string text;
  Location where;
};

// Who names files, for messages.
struct Naming {
  std::string_view subject;
  std::string_view key;
  bool may_match_none = false;
};
constexpr Naming kInclude{.subject = "", .key = "include", .may_match_none = true};
// A failed export must take nothing off the air.
constexpr Naming kTables{.subject = "lineup", .key = "csv", .may_match_none = false};

std::vector<Pattern> paths_of(MapReader& reader, std::string_view key) {
  std::vector<Pattern> patterns;
  const auto items = reader.list(key);
  if (!items) return patterns;
  for (const Node* item : *items) {
    auto text = reader.item_text(*item, key);
    if (text && text->contains("${")) {
      reader.error(
          *item, key,
          fmt::format("{}: variables cannot be used in paths of files: they are read first. Write the "
                      "path itself",
                      *text));
    } else if (text) {
      patterns.push_back({std::move(*text), item->where});
    }
  }
  return patterns;
}

std::vector<Pattern> includes_of(const Node& root, Report& report) {
  Places ignored;
  MapReader reader(root, "", report, ignored);
  return paths_of(reader, "include");
}

std::vector<Pattern> lineups_of(const Node& root, Report& report) {
  Places ignored;
  const Node* lineup = MapReader(root, "", report, ignored).map("lineup");
  if (lineup == nullptr) return {};
  MapReader reader(*lineup, "lineup", report, ignored);
  reader.check_keys(schema::lineup_keys());
  reader.require("csv", "a table of channels");
  if (const Entry* csv = lineup->find("csv");
      csv != nullptr && csv->value->kind == Node::Kind::kList && csv->value->items.empty()) {
    reader.error(*csv->value, "csv", "a table of channels is needed");
  }
  return paths_of(reader, "csv");
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

// A folder's own name is no pattern.
std::string without_patterns(std::string_view path) {
  std::string escaped;
  for (const char c : path) {
    if (std::string_view("*?[]\\").contains(c)) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

class Reader {
 public:
  Reader(FileAccess& access, Report& report) : access_(access), report_(report) {}

  void folder(const fs::path& path) {
    const auto files = access_.files_of(path);
    if (!files)
      return report_.error({path.string(), 1, 1}, "", fmt::format("cannot be read: {}", files.error()));
    if (files->empty()) return report_.error({path.string(), 1, 1}, "", "no *.yaml in this folder");
    for (const fs::path& each : *files) file(each, {each.string(), 1, 1});
  }

  // `where` names the file: the `include`, or the file itself.
  void file(const fs::path& path, const Location& where) {
    const auto text = read_once(path, where);
    if (!text) return;
    const NodePtr root = read_document(*text, path.string(), report_);
    roots_.push_back(root);
    const fs::path folder = path.parent_path();
    for (const Pattern& pattern : includes_of(*root, report_)) {
      each_of(folder, pattern, kInclude, [&](const fs::path& each) { file(each, pattern.where); });
    }
    for (const Pattern& pattern : lineups_of(*root, report_)) {
      each_of(folder, pattern, kTables, [&](const fs::path& each) { lineup(each, pattern.where); });
    }
  }

  [[nodiscard]] std::vector<NodePtr> take() { return std::move(roots_); }

 private:
  void lineup(const fs::path& path, const Location& where) {
    if (const auto text = read_once(path, where))
      roots_.push_back(read_lineup(*text, path.string(), report_));
  }

  template <typename Each>
  void each_of(const fs::path& folder, const Pattern& pattern, const Naming& naming, Each each) {
    const fs::path full = folder / pattern.text;  // an absolute one replaces the folder
    if (!is_glob(pattern.text)) return each(full);
    const auto paths = access_.matches((fs::path(without_patterns(folder.string())) / pattern.text).string());
    const auto words = [&](std::string_view what) {
      return fmt::format("`{}`: {} {}", naming.key, full.string(), what);
    };
    if (!paths) {
      return report_.error(pattern.where, naming.subject,
                           words(fmt::format("cannot be searched: {}", paths.error())));
    }
    if (paths->empty() && naming.may_match_none) {
      report_.warning(pattern.where, naming.subject, words("matches no file"));
    } else if (paths->empty()) {
      report_.error(pattern.where, naming.subject, words("matches no file"));
    }
    for (const fs::path& path : *paths) each(path);
  }

  // nullopt: it was read already, or cannot be, which is told.
  std::optional<std::string> read_once(const fs::path& path, const Location& where) {
    if (!seen_.insert(access_.identity(path)).second) return std::nullopt;
    if (seen_.size() > kMaxFiles) {
      report_.error(where, "", fmt::format("more than {} files", kMaxFiles));
      return std::nullopt;
    }
    auto text = access_.text(path);
    if (text) return std::move(*text);
    report_.error(where, "", fmt::format("{} cannot be read: {}", path.string(), text.error()));
    return std::nullopt;
  }

  FileAccess& access_;
  Report& report_;
  std::set<fs::path> seen_;
  std::vector<NodePtr> roots_;
};

}  // namespace

std::vector<NodePtr> read_files(const fs::path& path, FileAccess& access, Report& report) {
  Reader reader(access, report);
  if (access.is_folder(path)) {
    reader.folder(path);
  } else {
    reader.file(path, {path.string(), 1, 1});
  }
  return reader.take();
}

NodePtr read_text(std::string_view text, const fs::path& file_name, Report& report) {
  NodePtr root = read_document(text, file_name.string(), report);
  for (const Pattern& pattern : includes_of(*root, report)) {
    report.error(pattern.where, "",
                 fmt::format("`include`: {}: a text without a file cannot include others", pattern.text));
  }
  for (const Pattern& pattern : lineups_of(*root, report)) {
    report.error(pattern.where, "lineup",
                 fmt::format("`csv`: {}: a text without a file cannot include others", pattern.text));
  }
  return root;
}

}  // namespace headwater::config
