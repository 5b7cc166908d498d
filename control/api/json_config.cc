// SPDX-License-Identifier: Apache-2.0
#include "control/api/json.h"

#include <fmt/chrono.h>

#include <nlohmann/json.hpp>

#include "control/api/json_parts.h"

namespace headwater::control::api {
namespace {

Json problem(const config::Problem& problem) {
  const config::Location& where = problem.where;
  return {{"file", where.file},
          {"line", where.line == 0 ? Json() : Json(where.line)},
          {"column", where.line == 0 ? Json() : Json(where.column)},
          {"text", problem.text}};
}

}  // namespace

Json to_json(const config::Problems& problems) {
  return {{"valid", problems.errors.empty()},
          {"errors", array_of(problems.errors, problem)},
          {"warnings", array_of(problems.warnings, problem)}};
}

Json to_json(const AppliedConfig& applied) {
  const auto changed = [](const config::Changed& parts) {
    return Json{{"added", parts.added}, {"changed", parts.changed}, {"removed", parts.removed}};
  };
  Json out = {{"applied", applied.applied}, {"file", applied.file}};
  const Json problems = to_json(applied.problems);
  out["errors"] = problems["errors"];
  out["warnings"] = problems["warnings"];
  out["changes"] = {{"headend", applied.changes.headend},
                    {"ports", changed(applied.changes.ports)},
                    {"inputs", changed(applied.changes.inputs)},
                    {"channels", changed(applied.changes.channels)}};
  if (applied.revision) out["revision"] = *applied.revision;
  return out;
}

Json to_json(const RevisionSnapshot& revision) {
  return {{"revision", revision.number},
          {"taken_at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(revision.taken_at))},
          {"confirmed", revision.confirmed},
          {"runs", revision.runs},
          {"changes", revision.changes}};
}

}  // namespace headwater::control::api
