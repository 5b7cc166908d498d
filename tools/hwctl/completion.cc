// SPDX-License-Identifier: Apache-2.0
#include "tools/hwctl/completion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/hwctl/commands.h"

namespace headwater::hwctl {
namespace {

// The shell function both scripts share: the words before the current one in, the candidates out.
std::string candidates_function() {
  std::string verbs;
  std::string arguments;
  for (const std::string& noun : nouns()) {
    const std::vector<std::string> list = verbs_of(noun);
    if (!list.empty()) verbs += fmt::format("    {}) echo \"{}\" ;;\n", noun, fmt::join(list, " "));
  }
  for (const Command& command : commands()) {
    if (command.completes_from.empty()) continue;
    const std::string words =
        command.verb.empty() ? std::string(command.noun) : fmt::format("'{} {}'", command.noun, command.verb);
    arguments +=
        fmt::format("    {}) hwctl \"${{socket[@]}}\" __complete {} 2>/dev/null ;;\n", words, command.noun);
  }
  return fmt::format(R"sh(_hwctl_candidates() {{
  local -a said=() socket=()
  local option="" word
  for word in "$@"; do
    case $option:$word in
      socket:*) socket=(--socket "$word"); option="" ;;
      output:*|format:*|plain:*) option="" ;;
      watch:[0-9.]*) option="" ;;
      *:--socket) option=socket ;;
      *:-o|*:--output) option=output ;;
      *:--format) option=format ;;
      *:--set|*:--column) option=plain ;;
      *:-w|*:--watch) option=watch ;;
      *:-*) option="" ;;
      *) option=""; said+=("$word") ;;
    esac
  done
  case $option in
    output) echo "table json yaml"; return ;;
    format) echo "csv m3u dvblast"; return ;;
    socket|plain) return ;;
  esac
  case "${{said[*]}}" in
    "") echo "{} help" ;;
    help) echo "{}" ;;
    completion) echo "bash zsh" ;;
{}{}  esac
}}
)sh",
                     fmt::join(nouns(), " "), fmt::join(nouns(), " "), verbs, arguments);
}

constexpr std::string_view kBash = R"sh(_hwctl() {
  local current=${COMP_WORDS[COMP_CWORD]}
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "-o --output -w --watch --expanded --confirm-within --at-next-start --format --set --column --socket -h --help" -- "$current")
    return
  fi
  local before=("${COMP_WORDS[@]:1:COMP_CWORD-1}")
  if [[ ${COMP_WORDS[COMP_CWORD-1]} == --socket || "${before[*]}" == @("config "@(check|show)|"lineup import") ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$(_hwctl_candidates "${before[@]}")" -- "$current")
}
complete -o filenames -F _hwctl hwctl
)sh";

constexpr std::string_view kZsh = R"sh(_hwctl() {
  if [[ $PREFIX == -* ]]; then
    compadd -- -o --output -w --watch --expanded --confirm-within --at-next-start --format --set --column --socket -h --help
    return
  fi
  local -a before=("${(@)words[2,CURRENT-1]}")
  if [[ ${words[CURRENT-1]} == --socket || "${before[*]}" == ("config "(check|show)|"lineup import") ]]; then
    _files
    return
  fi
  compadd -- ${=$(_hwctl_candidates "${before[@]}")}
}
compdef _hwctl hwctl
)sh";

}  // namespace

std::optional<std::string> completion(std::string_view shell) {
  if (shell == "bash") return candidates_function() + std::string(kBash);
  if (shell == "zsh") return candidates_function() + std::string(kZsh);
  return std::nullopt;
}

}  // namespace headwater::hwctl
