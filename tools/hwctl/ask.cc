// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/ask.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/hwctl/yaml.h"

namespace headwater::hwctl {

std::expected<Json, Failed> ask(const std::string& socket, const control::http::ClientRequest& request,
                                std::chrono::milliseconds patience) {
  const auto answer = control::http::request_over_unix(socket, request, patience);
  if (!answer) {
    using Kind = control::http::ClientError::Kind;
    return std::unexpected(
        Failed{answer.error().kind == Kind::kNotReachable ? kNotReachable : kFailed, answer.error().message});
  }
  Json body = Json::parse(answer->body, nullptr, false);
  if (answer->status != 200) {
    const std::string message = text(field(body, "error"), "message");
    return std::unexpected(Failed{
        kFailed, message.empty() ? fmt::format("the appliance answered {}", answer->status) : message});
  }
  if (body.is_discarded()) return std::unexpected(Failed{kFailed, "the appliance's answer is not JSON"});
  return body;
}

std::string formatted(const Json& json, const Options& options, bool colour, Renderer render) {
  switch (options.format) {
    case Format::kJson:
      return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
    case Format::kYaml:
      return to_yaml(json);
    case Format::kTable:
      return render(json, colour);
  }
  return {};
}

}  // namespace headwater::hwctl
