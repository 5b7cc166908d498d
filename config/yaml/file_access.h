// SPDX-License-Identifier: Apache-2.0
//
// Where the files of a configuration are read: on the disk, which writes down what it finds there, or from
// what was written down. May block on files; one thread at a time.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/yaml/sources.h"

namespace headwater::config {

class FileAccess {
 public:
  using Paths = std::vector<std::filesystem::path>;
  // Errors are for a sentence that begins with what was looked for.
  template <typename Value>
  using Answer = std::expected<Value, std::string>;

  virtual ~FileAccess() = default;

  [[nodiscard]] virtual bool is_folder(const std::filesystem::path& path) = 0;
  // Its *.yaml and *.yml, in order.
  [[nodiscard]] virtual Answer<Paths> files_of(const std::filesystem::path& folder) = 0;
  // What a pattern matches, in order.
  [[nodiscard]] virtual Answer<Paths> matches(const std::string& pattern) = 0;
  // The same for all paths to a file.
  [[nodiscard]] virtual std::filesystem::path identity(const std::filesystem::path& path) = 0;
  // A regular file's whole text, which is some.
  [[nodiscard]] virtual Answer<std::string> text(const std::filesystem::path& path) = 0;
};

class DiskFiles final : public FileAccess {
 public:
  explicit DiskFiles(const std::filesystem::path& root) { found_.root = root.string(); }
  bool is_folder(const std::filesystem::path& path) override;
  Answer<Paths> files_of(const std::filesystem::path& folder) override;
  Answer<Paths> matches(const std::string& pattern) override;
  std::filesystem::path identity(const std::filesystem::path& path) override;
  Answer<std::string> text(const std::filesystem::path& path) override;
  [[nodiscard]] Sources take() { return std::move(found_); }

 private:
  void note(const std::string& name, const Paths& paths);
  Sources found_;
};

// Borrows the sources.
class KeptFiles final : public FileAccess {
 public:
  explicit KeptFiles(const Sources& kept) : kept_(kept) {}
  bool is_folder(const std::filesystem::path& path) override;
  Answer<Paths> files_of(const std::filesystem::path& folder) override;
  Answer<Paths> matches(const std::string& pattern) override;
  std::filesystem::path identity(const std::filesystem::path& path) override;
  Answer<std::string> text(const std::filesystem::path& path) override;

 private:
  [[nodiscard]] Answer<Paths> list(const std::string& name) const;
  const Sources& kept_;
};

}  // namespace headwater::config
