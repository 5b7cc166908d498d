// SPDX-License-Identifier: Apache-2.0
#include "control/api/routes.h"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "control/api/answer.h"
#include "control/api/json.h"
#include "control/api/nearest.h"
#include "control/http/uri.h"

namespace headwater::control::api {
namespace {

http::Response not_found(std::string_view noun, const std::string& name, std::vector<std::string> known) {
  std::string message = fmt::format("no {} \"{}\"", noun, name);
  if (const auto near = nearest(name, known)) message += fmt::format("; did you mean \"{}\"?", *near);
  return http::error_response(404, message);
}

// The routes of one kind of thing: its list, and one of it by its id.
template <typename Snapshot>
struct Collection {
  std::string_view noun;
  std::function<std::vector<Snapshot>()> all;
  std::function<std::optional<Snapshot>(const std::string&)> one;
  std::vector<std::string> Names::* names;
  std::function<Json(const Snapshot&, Detail)> convert;
};

template <typename Snapshot>
void add_collection(http::Router& router, ApplianceView& view, const Collection<Snapshot>& things) {
  const std::string plural = fmt::format("{}s", things.noun);
  router.add("GET", "/v1/" + plural, [=](const http::Request&) {
    Json list = Json::array();
    for (const Snapshot& each : things.all()) list.push_back(things.convert(each, Detail::kList));
    return ok({{plural, std::move(list)}});
  });
  router.add("GET", "/v1/" + plural + "/{id}", [=, &view](const http::Request& request) {
    const std::string& id = request.parameters.at("id");
    if (const auto found = things.one(id)) return ok(things.convert(*found, Detail::kFull));
    return not_found(things.noun, id, view.names().*things.names);
  });
}

http::Response ledger_of(ApplianceView& view, const std::string& name) {
  const std::vector<LedgerEntry> entries = view.ledger(name);
  if (!entries.empty()) return ok(to_json(entries));
  Names names = view.names();
  std::vector<std::string> known = std::move(names.channels);
  for (const std::vector<std::string>* more : {&names.inputs, &names.outputs, &names.ports})
    known.insert(known.end(), more->begin(), more->end());
  return not_found("input, output, port or channel", name, std::move(known));
}

http::Response check(ApplianceView& view, const http::Request& request) {
  if (request.body.empty())
    return http::error_response(400, "the body is the configuration's text: it is empty");
  const std::string file = http::query_value(request.query, "file").value_or("configuration");
  return ok(to_json(view.check_config(file, request.body)));
}

http::Response running_config(ApplianceView& view, const http::Request& request) {
  const std::string expanded = http::query_value(request.query, "expanded").value_or("false");
  if (expanded != "true" && expanded != "false")
    return http::error_response(400, fmt::format("expanded={}: there are true and false", expanded));
  RunningConfig config = view.running_config(expanded == "true");
  return ok({{"file", std::move(config.file)}, {"text", std::move(config.text)}});
}

}  // namespace

void add_routes(http::Router& router, ApplianceView& view) {
  router.add("GET", "/v1/status", [&view](const http::Request&) { return ok(to_json(view.status())); });
  router.add("GET", "/v1/time", [&view](const http::Request&) { return ok(to_json(view.time())); });
  router.add("GET", "/v1/version", [&view](const http::Request&) {
    return ok({{"name", "headwater"}, {"version", view.version()}, {"api", "v1"}});
  });
  add_collection<ChannelSnapshot>(
      router, view,
      {.noun = "channel",
       .all = [&view] { return view.channels(); },
       .one = [&view](const std::string& id) { return view.channel(id); },
       .names = &Names::channels,
       .convert = [](const ChannelSnapshot& channel, Detail detail) { return to_json(channel, detail); }});
  add_collection<InputSnapshot>(
      router, view,
      {.noun = "input",
       .all = [&view] { return view.inputs(); },
       .one = [&view](const std::string& id) { return view.input(id); },
       .names = &Names::inputs,
       .convert = [](const InputSnapshot& input, Detail detail) { return to_json(input, detail); }});
  add_collection<PortSnapshot>(router, view,
                               {.noun = "port",
                                .all = [&view] { return view.ports(); },
                                .one = [&view](const std::string& id) { return view.port(id); },
                                .names = &Names::ports,
                                .convert = [](const PortSnapshot& port, Detail) { return to_json(port); }});
  router.add("GET", "/v1/ledger", [&view](const http::Request&) { return ok(to_json(view.ledger())); });
  router.add("GET", "/v1/ledger/{name}", [&view](const http::Request& request) {
    return ledger_of(view, request.parameters.at("name"));
  });
  router.add("GET", "/v1/config",
             [&view](const http::Request& request) { return running_config(view, request); });
  router.add("POST", "/v1/config/check",
             [&view](const http::Request& request) { return check(view, request); });
}

}  // namespace headwater::control::api
