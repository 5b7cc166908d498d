// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tools/hwctl/table.h"

namespace headwater::hwctl {
namespace {

constexpr std::array kCommands = {
    Command{.noun = "status",
            .verb = "",
            .argument = "",
            .summary = "is the house in order, and if not, what is not",
            .details =
                "One screen: what is not in order, how many channels are on air, rates, the workers, late\n"
                "departures. Begin here.",
            .path = "/v1/status",
            .render = render_status},
    Command{.noun = "version",
            .verb = "",
            .argument = "",
            .summary = "of hwctl and of the appliance",
            .details = "",
            .does = Command::Does::kVersion,
            .path = "/v1/version",
            .render = render_version},
    Command{.noun = "time",
            .verb = "show",
            .argument = "",
            .summary = "the clock: what it counts, how well, and what holds UTC",
            .details =
                "Packets depart by a clock of our own, which counts the processor's TSC at the rate of the\n"
                "system's clock; UTC is the system's. What is not in order with either, in words.",
            .path = "/v1/time",
            .render = render_time},
    Command{.noun = "channel",
            .verb = "list",
            .argument = "",
            .summary = "all channels: state, input, rate, destination",
            .details =
                "A line a channel. WHY says in words why one is not on air; CC counts the continuity errors\n"
                "of its input.",
            .path = "/v1/channels",
            .render = render_channels},
    Command{
        .noun = "channel",
        .verb = "show",
        .argument = "ID",
        .summary = "one channel: outputs, drops, PIDs",
        .details = "Each output with its rate, late departures and drops; each PID with where it comes from.",
        .path = "/v1/channels",
        .render = render_channel,
        .completes_from = "/v1/channels",
        .completes_array = "channels",
        .completes_key = "id"},
    Command{.noun = "input",
            .verb = "list",
            .argument = "",
            .summary = "all inputs: signal, loss, timeline",
            .details =
                "A line an input. LAST is the age of its last packet, LOST the RTP packets that never came.",
            .path = "/v1/inputs",
            .render = render_inputs},
    Command{.noun = "input",
            .verb = "show",
            .argument = "ID",
            .summary = "one input: TR 101 290, RTP, timeline, programs",
            .details =
                "TR 101 290 priority 1, RTP loss, how its timeline stands, its programs and their streams.",
            .path = "/v1/inputs",
            .render = render_input,
            .completes_from = "/v1/inputs",
            .completes_array = "inputs",
            .completes_key = "id"},
    Command{.noun = "port",
            .verb = "list",
            .argument = "",
            .summary = "all ports: link, rates, drops, querier",
            .details =
                "A line a port. QUERIER is who asks for memberships there: without one, a snooping switch\n"
                "forgets our joins within minutes.",
            .path = "/v1/ports",
            .render = render_ports},
    Command{
        .noun = "port",
        .verb = "show",
        .argument = "ID",
        .summary = "one port: drops by reason, groups joined",
        .details = "What it received, sent and dropped, each drop with its reason, and the groups it joined.",
        .path = "/v1/ports",
        .render = render_port,
        .completes_from = "/v1/ports",
        .completes_array = "ports",
        .completes_key = "id"},
    Command{
        .noun = "ledger",
        .verb = "",
        .argument = "NAME",
        .argument_optional = true,
        .summary = "in = out + held + each named drop",
        .details =
            "Where every packet went. Without NAME a line an equation; with the name of an input, output,\n"
            "port or channel every term. One that does not balance is a defect: please report it.",
        .path = "/v1/ledger",
        .render = render_ledger,
        .render_argument = render_ledger_terms,
        .completes_from = "/v1/ledger",
        .completes_array = "entries",
        .completes_key = "name"},
    Command{.noun = "config",
            .verb = "check",
            .argument = "FILE",
            .summary = "what is wrong with a configuration, line by line",
            .details =
                "Prints every error and warning as FILE:LINE:COLUMN: what. Needs no running appliance and\n"
                "changes nothing. FILE may be a folder. Exit 1 where there are errors.",
            .does = Command::Does::kCheck,
            .render = render_check},
    Command{
        .noun = "config",
        .verb = "show",
        .argument = "FILE",
        .argument_optional = true,
        .summary = "what runs, or what a file comes to, and where each value stands",
        .details =
            "Without FILE the configuration that runs, as it was taken over, whatever its file says now.\n"
            "Prints one YAML file with all that FILE and what it includes come to: variables, address\n"
            "plans, profiles and tables applied, behind each value its FILE:LINE:COLUMN. With --expanded\n"
            "the defaults too. What is printed is a configuration that loads to the same. FILE needs no\n"
            "running appliance. Exit 1 where it has errors: config check prints them.",
        .does = Command::Does::kShow,
        .path = "/v1/config"},
    Command{.noun = "config",
            .verb = "apply",
            .argument = "",
            .summary = "takes over the configuration's file as it is now, without a restart",
            .details =
                "The appliance reads the file that it was started with, checks it and takes it over: all of\n"
                "it, or nothing where there is an error. What the change does not name goes on untouched.\n"
                "SIGHUP does the same. It is what the next start runs. Exit 1 where nothing was taken over.\n"
                "--confirm-within 60s takes it back after that time unless `hwctl config confirm` comes.\n"
                "--at-next-start keeps it for the next start of headwaterd and changes nothing now: for\n"
                "what needs a restart (ports, workers, memory).",
            .does = Command::Does::kApply,
            .path = "/v1/config/apply",
            .render = render_check},
    Command{.noun = "config",
            .verb = "diff",
            .argument = "",
            .summary = "what `config apply` would change",
            .details = "A line each that the file adds (+), changes (~) or removes (-) against what runs.\n"
                       "Exit 1 where it could not be applied, and why on stderr.",
            .does = Command::Does::kDiff,
            .path = "/v1/config/diff"},
    Command{.noun = "config",
            .verb = "confirm",
            .argument = "",
            .summary = "keeps what `config apply --confirm-within` is trying",
            .details = "Exit 1 where nothing waits for it, or its time is over.",
            .does = Command::Does::kConfirm,
            .path = "/v1/config/confirm"},
    Command{.noun = "config",
            .verb = "rollback",
            .argument = "REVISION",
            .argument_optional = true,
            .summary = "what ran before runs again",
            .details =
                "The confirmed revision before the one that runs, or REVISION of `config history`; the\n"
                "file is not touched. Exit 1 where nothing was taken over.",
            .does = Command::Does::kRollBack,
            .path = "/v1/config/rollback",
            .render = render_check},
    Command{.noun = "config",
            .verb = "history",
            .argument = "",
            .summary = "what was applied, when, and what it changed",
            .details = "The newest first. After a restart the newest confirmed one runs.",
            .path = "/v1/config/revisions",
            .render = render_revisions},
    Command{
        .noun = "lineup",
        .verb = "import",
        .argument = "FILE",
        .summary = "the channels of a CSV, M3U or DVBlast file, as a table to be loaded",
        .details =
            "Prints a table for lineup: { csv: ... } of the configuration, with -o yaml what stands under\n"
            "channels: there. What cannot be taken is told with its FILE:LINE:COLUMN, and the rest printed.\n"
            "--format csv|m3u|dvblast where the file does not show what it is. A playlist's addresses are\n"
            "taken as inputs. A DVBlast file names outputs, and not their input: --set inputs=ID does.\n"
            "--set KEY=VALUE says what the file does not, of each channel: outputs.port=east. Of a CSV file\n"
            "--column KEY=HEADER takes the column HEADER as KEY. Needs no running appliance. Exit 1 where\n"
            "anything was not taken.",
        .does = Command::Does::kImport},
    Command{.noun = "completion",
            .verb = "",
            .argument = "SHELL",
            .summary = "completion for bash or zsh, to be sourced",
            .details = "bash: source <(hwctl completion bash)      in ~/.bashrc\n"
                       "zsh:  source <(hwctl completion zsh)       in ~/.zshrc, after compinit",
            .does = Command::Does::kCompletion},
};

constexpr std::string_view kOptions =
    "options\n"
    "  -o, --output table|json|yaml  how to print (table); json is stable, docs/api.md describes it\n"
    "  -w, --watch [SECONDS]         again and again, every 2 seconds where not said; Ctrl-C ends\n"
    "      --expanded                with config show: the defaults too\n"
    "      --confirm-within SECONDS  with config apply: taken back unless confirmed by then\n"
    "      --at-next-start           with config apply: kept for the next start, nothing changes now\n"
    "      --format FORMAT           with lineup import: csv, m3u or dvblast\n"
    "      --set KEY=VALUE           with lineup import: what the file does not say; again for each\n"
    "      --column KEY=HEADER       with lineup import: the column HEADER is our KEY; again for each\n"
    "      --socket PATH             the appliance ($HEADWATER_SOCKET, or /run/headwater/api.sock)\n"
    "  -h, --help                    this, or the help of one noun: hwctl channel --help\n";

}  // namespace

std::span<const Command> commands() {
  return kCommands;
}

const Command* find_command(std::string_view noun, std::string_view verb) {
  const auto* found = std::ranges::find_if(
      kCommands, [&](const Command& command) { return command.noun == noun && command.verb == verb; });
  return found == kCommands.end() ? nullptr : found;
}

std::vector<std::string> nouns() {
  std::vector<std::string> out;
  for (const Command& command : kCommands) {
    if (out.empty() || out.back() != command.noun) out.emplace_back(command.noun);
  }
  return out;
}

std::vector<std::string> verbs_of(std::string_view noun) {
  std::vector<std::string> out;
  for (const Command& command : kCommands) {
    if (command.noun == noun && !command.verb.empty()) out.emplace_back(command.verb);
  }
  return out;
}

std::string usage_line(const Command& command) {
  std::string out(command.noun);
  if (!command.verb.empty()) out += fmt::format(" {}", command.verb);
  if (!command.argument.empty()) {
    out += command.argument_optional ? fmt::format(" [{}]", command.argument)
                                     : fmt::format(" {}", command.argument);
  }
  return out;
}

std::string help() {
  Table list({{""}, {""}}, "  ");
  for (const Command& command : kCommands) list.add({usage_line(command), std::string(command.summary)});
  return "hwctl: the headend from the command line\n\n"
         "usage: hwctl NOUN [VERB] [ARGUMENT] [options]\n\n" +
         list.render(false) + '\n' + std::string(kOptions) +
         "\nat three in the morning\n"
         "  hwctl status                what is wrong, in words\n"
         "  hwctl channel list          which channels are off air, and why\n"
         "  hwctl input show ID         is the signal there, is it damaged\n"
         "  hwctl ledger NAME           where packets are lost\n"
         "  hwctl -w channel show ID    the same again every two seconds\n"
         "\nexit status: 0 done, 1 failed, 2 usage, 3 the appliance is not reachable\n";
}

std::string help_for(std::string_view noun) {
  std::string out;
  for (const Command& command : kCommands) {
    if (command.noun != noun) continue;
    if (!out.empty()) out += '\n';
    out += fmt::format("hwctl {}: {}\n", usage_line(command), command.summary);
    if (!command.details.empty()) out += fmt::format("\n{}\n", command.details);
  }
  return out + '\n' + std::string(kOptions);
}

}  // namespace headwater::hwctl
