// SPDX-License-Identifier: Apache-2.0
#include "config/yaml/file_access.h"

#include <fmt/core.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "config/yaml/document.h"

namespace headwater::config {
namespace {

namespace fs = std::filesystem;
using Failure = std::unexpected<std::string>;

constexpr const char* kNotKept = "it is not among the files that were kept";

}  // namespace

bool DiskFiles::is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

void DiskFiles::note(const std::string& name, const Paths& paths) {
  std::vector<std::string>& names = found_.lists[name];
  names.clear();
  names.reserve(paths.size());
  for (const fs::path& path : paths) names.push_back(path.string());
}

FileAccess::Answer<FileAccess::Paths> DiskFiles::files_of(const fs::path& folder) {
  Paths files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const fs::path extension = it->path().extension();
    if (extension == ".yaml" || extension == ".yml") files.push_back(it->path());
  }
  if (error) return Failure(error.message());
  std::ranges::sort(files);
  note(folder.string(), files);
  return files;
}

FileAccess::Answer<FileAccess::Paths> DiskFiles::matches(const std::string& pattern) {
  Paths paths;
  glob_t found{};
  // A folder that is not there has no files.
  const auto is_error = [](const char*, int code) { return code == ENOENT ? 0 : 1; };
  const int outcome = glob(pattern.c_str(), 0, is_error, &found);
  if (outcome == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (outcome != 0 && outcome != GLOB_NOMATCH) return Failure("a folder cannot be read");
  note(pattern, paths);  // glob() sorts
  return paths;
}

fs::path DiskFiles::identity(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::weakly_canonical(path, error);
  if (error) whole = path;
  found_.identities[path.string()] = whole.string();
  return whole;
}

FileAccess::Answer<std::string> DiskFiles::text(const fs::path& path) {
  std::error_code error;
  const auto size = fs::is_regular_file(path, error) ? fs::file_size(path, error) : 0;
  if (error) return Failure(error.message());
  if (!fs::is_regular_file(path, error)) return Failure("it is not a file");
  if (size > kMaxFileSize)
    return Failure(fmt::format("larger than {} MiB: split the lineup with `include`", kMaxFileSize >> 20));
  std::ifstream stream(path, std::ios::binary);
  std::string text(size, '\0');
  if (!stream || !stream.read(text.data(), static_cast<std::streamsize>(size)))
    return Failure(std::strerror(errno));
  // What a full disk leaves of a file, or one that the kernel gives no size: its channels must not go off
  // the air by it.
  if (text.empty()) return Failure("it is empty");
  return found_.texts[path.string()] = std::move(text);
}

bool KeptFiles::is_folder(const fs::path& path) {
  return kept_.lists.contains(path.string());
}

FileAccess::Answer<FileAccess::Paths> KeptFiles::list(const std::string& name) const {
  const auto found = kept_.lists.find(name);
  if (found == kept_.lists.end()) return Failure(kNotKept);
  return Paths(found->second.begin(), found->second.end());
}

FileAccess::Answer<FileAccess::Paths> KeptFiles::files_of(const fs::path& folder) {
  return list(folder.string());
}

FileAccess::Answer<FileAccess::Paths> KeptFiles::matches(const std::string& pattern) {
  return list(pattern);
}

fs::path KeptFiles::identity(const fs::path& path) {
  const auto found = kept_.identities.find(path.string());
  return found == kept_.identities.end() ? path : fs::path(found->second);
}

FileAccess::Answer<std::string> KeptFiles::text(const fs::path& path) {
  const auto found = kept_.texts.find(path.string());
  if (found == kept_.texts.end()) return Failure(kNotKept);
  return found->second;
}

}  // namespace headwater::config
