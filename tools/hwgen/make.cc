// SPDX-License-Identifier: Apache-2.0
#include "tools/hwgen/make.h"

#include <fstream>

#include "tools/hwgen/process.h"
#include "tools/hwgen/teletext.h"

namespace headwater::hwgen {

std::expected<void, std::string> make(const MakeOptions& options) {
  std::filesystem::path teletext_file = options.file;
  teletext_file += ".teletext";
  if (options.teletext) {
    const std::vector<std::uint8_t> stream = make_teletext(*options.teletext, options.seconds);
    std::ofstream out(teletext_file, std::ios::binary);
    for (const std::uint8_t byte : stream) out.put(static_cast<char>(byte));
    out.close();
    if (!out) return std::unexpected("cannot write " + teletext_file.string());
  }
  auto done = run(ffmpeg_arguments(options, teletext_file));
  if (options.teletext) {
    std::error_code ignored;
    std::filesystem::remove(teletext_file, ignored);
  }
  return done;
}

}  // namespace headwater::hwgen
