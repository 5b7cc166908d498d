// SPDX-License-Identifier: Apache-2.0
#include "control/si/table_set.h"

#include <fmt/core.h>

#include <string_view>
#include <utility>

#include "psi/base/crc32.h"
#include "psi/dvbpsi/encode.h"
#include "psi/section/packetiser.h"

namespace headwater::control {

namespace {

constexpr std::string_view kKind = "version";

// docs/norms.md: PAT and PMT 100 ms (TS 101 154), SDT 1 s (TS 101 211 4.4: at most 2 s).
constexpr Ticks27 kProgramInterval = Ticks27::milliseconds(100);
constexpr Ticks27 kServiceInterval = Ticks27::seconds(1);

std::uint32_t content_of(const psi::Sections& sections) {
  std::vector<std::uint8_t> all;
  for (const auto& section : sections) all.insert(all.end(), section.begin(), section.end());
  return crc32_mpeg(all);
}

class Maker {
 public:
  Maker(const std::string& channel, const Store& store, std::vector<Allocation>& fresh)
      : channel_(channel), store_(store), fresh_(fresh) {}

  template <typename Table>
  std::expected<TableImage, std::string> make(std::string_view name, Table table, TableImage::Kind kind,
                                              Pid pid, Ticks27 interval) {
    TableImage image;
    image.kind = kind;
    image.pid = pid;
    image.interval = interval;
    // The content is what the table says with version 0. (The CRC of whole sections with right CRC_32s would
    // be 0 for every single section: their own CRC_32 is left out.)
    table.version = 0;
    auto sections = psi::encode(table);
    if (!sections)
      return std::unexpected(fmt::format("a table of the output cannot be sent: {}", sections.error()));
    psi::Sections bodies = *sections;
    for (auto& body : bodies) body.resize(body.size() - 4);
    const std::uint32_t content = content_of(bodies);

    image.version = version(name, content);
    if (image.version != 0) {
      table.version = image.version;
      sections = psi::encode(table);
      if (!sections)
        return std::unexpected(fmt::format("a table of the output cannot be sent: {}", sections.error()));
    }
    image.packets = psi::packetise(image.pid, *sections);
    return image;
  }

  // Only what goes on the air is remembered: all tables, or none.
  void commit() { fresh_.insert(fresh_.end(), pending_.begin(), pending_.end()); }

 private:
  // ISO/IEC 13818-1 2.4.4.9: incremented by 1 modulo 32 when the content changes.
  std::uint8_t version(std::string_view name, std::uint32_t content) {
    const std::string key(name);
    const std::string content_key = key + " crc";
    const auto last = store_.find(kKind, channel_, key);
    const auto last_content = store_.find(kKind, channel_, content_key);
    if (last && last_content == content) return static_cast<std::uint8_t>(*last % 32);
    const std::uint32_t next = last ? (*last + 1) % 32 : 0;
    pending_.push_back({std::string(kKind), channel_, key, next});
    pending_.push_back({std::string(kKind), channel_, content_key, content});
    return static_cast<std::uint8_t>(next);
  }

  const std::string& channel_;
  const Store& store_;
  std::vector<Allocation>& fresh_;
  std::vector<Allocation> pending_;
};

}  // namespace

std::expected<TableSet, std::string> make_tables(const std::string& channel, const Decision& decision,
                                                 const Store& store, std::vector<Allocation>& fresh) {
  Maker maker(channel, store, fresh);
  using Kind = TableImage::Kind;
  auto pat = maker.make("pat", decision.pat, Kind::kPat, kPatPid, kProgramInterval);
  if (!pat) return std::unexpected(std::move(pat.error()));
  auto pmt = maker.make("pmt", decision.pmt, Kind::kPmt, decision.pmt_pid, kProgramInterval);
  if (!pmt) return std::unexpected(std::move(pmt.error()));
  TableSet set;
  set.push_back(std::move(*pat));
  set.push_back(std::move(*pmt));
  if (decision.sdt) {
    auto sdt = maker.make("sdt", *decision.sdt, Kind::kSdt, kSdtPid, kServiceInterval);
    if (!sdt) return std::unexpected(std::move(sdt.error()));
    set.push_back(std::move(*sdt));
  }
  maker.commit();
  return set;
}

}  // namespace headwater::control
