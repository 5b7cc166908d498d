// SPDX-License-Identifier: Apache-2.0
#include "tests/support/folder.h"

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <system_error>

namespace headwater::test {

Folder::Folder() {
  std::string name = (std::filesystem::temp_directory_path() / "headwater-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder " + name);
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream file(at(name), std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error("cannot write " + at(name));
  return at(name);
}

std::string Folder::write(const std::string& name, const std::vector<TimedPacket>& packets) const {
  std::string bytes;
  for (const TimedPacket& made : packets) bytes.append(made.packet.begin(), made.packet.end());
  return write(name, bytes);
}

}  // namespace headwater::test
