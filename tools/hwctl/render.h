// SPDX-License-Identifier: Apache-2.0
//
// The API's answers as a person reads them at a terminal, one function a command. Pure; any thread.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace headwater::hwctl {

using Renderer = std::string (*)(const nlohmann::ordered_json& answer, bool colour);

std::string render_status(const nlohmann::ordered_json& status, bool colour);
std::string render_time(const nlohmann::ordered_json& time, bool colour);
std::string render_version(const nlohmann::ordered_json& version, bool colour);
std::string render_channels(const nlohmann::ordered_json& answer, bool colour);
std::string render_channel(const nlohmann::ordered_json& channel, bool colour);
std::string render_inputs(const nlohmann::ordered_json& answer, bool colour);
std::string render_input(const nlohmann::ordered_json& input, bool colour);
std::string render_ports(const nlohmann::ordered_json& answer, bool colour);
std::string render_port(const nlohmann::ordered_json& port, bool colour);
std::string render_ledger(const nlohmann::ordered_json& ledger, bool colour);        // a line an equation
std::string render_ledger_terms(const nlohmann::ordered_json& ledger, bool colour);  // each term
std::string render_revisions(const nlohmann::ordered_json& answer, bool colour);
std::string render_check(const nlohmann::ordered_json& problems, bool colour);

}  // namespace headwater::hwctl
