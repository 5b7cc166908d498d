// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/hwctl/cells.h"
#include "tools/hwctl/render.h"

namespace headwater::hwctl {
namespace {

using enum Table::Column::Align;

Cell verdict(const Json& object) {
  return flag(object, "balanced") ? Cell("balanced", Style::kGood) : Cell("DOES NOT BALANCE", Style::kBad);
}

std::int64_t signed_number(const Json& value) {
  return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

std::int64_t dropped(const Json& equation) {
  std::int64_t sum = 0;
  for (const auto& [name, value] : field(equation, "right").items()) {
    if (name.starts_with("drop_")) sum += signed_number(value);
  }
  return sum;
}

// What a port's device lost came to nobody and is in no equation.
std::int64_t lost_by_device(const Json& entry) {
  std::int64_t sum = 0;
  for (const auto& [name, value] : field(entry, "events").items()) {
    if (name.starts_with("device_")) sum += signed_number(value);
  }
  return sum;
}

void add_terms(Table& table, std::string_view side, const Json& terms, const std::string& sum) {
  for (const auto& [name, value] : terms.items()) {
    const std::int64_t count = signed_number(value);
    Style style = count == 0 ? Style::kFaint : Style::kPlain;
    if (count != 0 && name.starts_with("drop_")) style = Style::kWarning;
    table.add({std::string(side), Cell(name, style), Cell(fmt::format("{}", count), style)});
  }
  table.add({std::string(side), Cell("sum", Style::kBold), Cell(sum, Style::kBold)});
}

}  // namespace

std::string render_ledger(const Json& ledger, bool colour) {
  Table table({{"KIND"}, {"NAME"}, {"OF"}, {"IN", kRight}, {"OUT", kRight}, {"DROPPED", kRight}, {""}});
  for (const Json& entry : field(ledger, "entries")) {
    for (const Json& equation : field(entry, "equations")) {
      const std::int64_t drops = dropped(equation);
      table.add({text(entry, "kind"), text(entry, "name"), text(equation, "name"), text(equation, "left_sum"),
                 text(equation, "right_sum"),
                 Cell(fmt::format("{}", drops), drops == 0 ? Style::kFaint : Style::kWarning),
                 verdict(equation)});
    }
    if (const std::int64_t lost = lost_by_device(entry); lost != 0) {
      table.add({text(entry, "kind"), text(entry, "name"), "lost by the device", "", "",
                 Cell(fmt::format("{}", lost), Style::kWarning), ""});
    }
  }
  return table.empty() ? "nothing in the ledger\n" : table.render(colour);
}

std::string render_ledger_terms(const Json& ledger, bool colour) {
  std::string out;
  for (const Json& entry : field(ledger, "entries")) {
    if (!out.empty()) out += '\n';
    out += styled(text(entry, "kind") + ' ' + text(entry, "name"), Style::kBold, colour) + '\n';
    for (const Json& equation : field(entry, "equations")) {
      const Cell word = verdict(equation);
      out += fmt::format("  {}: {}\n", text(equation, "name"), styled(word.text, word.style, colour));
      Table terms({{""}, {""}, {"", kRight}}, "    ");
      add_terms(terms, "in", field(equation, "left"), text(equation, "left_sum"));
      add_terms(terms, "out", field(equation, "right"), text(equation, "right_sum"));
      out += terms.render(colour);
    }
    Table events({{""}, {"", kRight}}, "    ");
    for (const auto& [name, value] : field(entry, "events").items()) {
      const std::int64_t count = signed_number(value);
      events.add({Cell(name, count == 0 ? Style::kFaint : Style::kPlain), Cell(fmt::format("{}", count))});
    }
    if (!events.empty()) out += "  beside it:\n" + events.render(colour);
  }
  return out;
}

std::string render_check(const Json& problems, bool colour) {
  const auto lines = [colour](const Json& list, std::string_view mark, Style style) {
    std::string out;
    for (const Json& problem : list) {
      std::string where = text(problem, "file");
      for (const char* part : {"line", "column"}) {
        if (const std::string place = text(problem, part); !place.empty()) where += ':' + place;
      }
      out += fmt::format("{}: {}{}\n", styled(where, Style::kBold, colour), mark,
                         styled(text(problem, "text"), style, colour));
    }
    return out;
  };
  return lines(field(problems, "errors"), "", Style::kBad) +
         lines(field(problems, "warnings"), "warning: ", Style::kWarning);
}

}  // namespace headwater::hwctl
