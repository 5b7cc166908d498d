// SPDX-License-Identifier: Apache-2.0
// parse_igmp on any bytes, with the checksum put right so that it does not hide what lies behind it. What is
// accepted and can be built again reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <variant>
#include <vector>

#include "dataplane/wire/checksum.h"
#include "dataplane/wire/igmp.h"

namespace {

using namespace headwater::wire;

void check(const IgmpQuery& query) {
  const auto again = parse_igmp(build_igmp_query(query));
  if (!again || std::get<IgmpQuery>(*again) != query) std::abort();
}
void check(const IgmpReport& report) {
  std::size_t records = 0;
  for (const auto& message : build_igmp_reports(report.records, 1476)) {
    const auto again = parse_igmp(message);
    if (message.size() > 1476 || !again) std::abort();
    records += std::get<IgmpReport>(*again).records.size();
  }
  if (records < report.records.size()) std::abort();
}
void check(const IgmpOldReport& report) {
  const auto again = parse_igmp(build_igmp_old_report(report));
  if (!again || std::get<IgmpOldReport>(*again) != report) std::abort();
}
void check(const IgmpLeave& leave) {
  const auto again = parse_igmp(build_igmp_leave(leave));
  if (!again || std::get<IgmpLeave>(*again) != leave) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint8_t> message(data, data + size);
  if (size >= 4) {
    headwater::store_be16(&message[2], 0);
    headwater::store_be16(&message[2], Checksum().bytes(message).value());
  }
  const auto parsed = parse_igmp(message);
  if (parsed) std::visit([](const auto& value) { check(value); }, *parsed);
  return 0;
}
