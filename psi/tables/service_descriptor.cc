// SPDX-License-Identifier: Apache-2.0
// EN 300 468 6.2.33: service_type, then provider and name, each behind its length.
#include <algorithm>

#include "psi/tables/streams.h"
#include "psi/tables/text.h"

namespace headwater::psi {
namespace {

constexpr std::uint8_t kTag = 0x48;
constexpr std::size_t kTextRoom = 255 - 3;  // of a descriptor, without service_type and the two lengths

// A name is one line wherever it is shown.
std::string one_line(Bytes text) {
  std::string line = decode_text(text);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

}  // namespace

Descriptor encode(const ServiceDescriptor& service) {
  // Where both do not fit, the provider is cut: viewers look for the name.
  const auto name = encode_text(service.name, kTextRoom);
  const auto provider = encode_text(service.provider, kTextRoom - name.size());
  ByteWriter data;
  data.u8(service.type);
  data.u8(static_cast<std::uint8_t>(provider.size())).bytes(provider);
  data.u8(static_cast<std::uint8_t>(name.size())).bytes(name);
  return {.tag = kTag, .data = std::move(data).take()};
}

std::optional<ServiceDescriptor> find_service_descriptor(const std::vector<Descriptor>& descriptors) {
  const auto found = std::ranges::find(descriptors, kTag, &Descriptor::tag);
  if (found == descriptors.end()) return std::nullopt;
  ByteReader reader(found->data);
  const auto text = [&reader]() -> std::optional<Bytes> {
    const auto length = reader.u8();
    return length ? reader.take(*length) : std::nullopt;
  };
  const auto type = reader.u8();
  const auto provider = text();
  const auto name = text();
  if (!type || !provider || !name) return std::nullopt;
  return ServiceDescriptor{.type = *type, .provider = one_line(*provider), .name = one_line(*name)};
}

}  // namespace headwater::psi
