// SPDX-License-Identifier: Apache-2.0
//
// The readers of channel lists, one a format. One thread.
#pragma once

#include <string_view>

#include "config/import/channel_list.h"
#include "config/import/import.h"

namespace headwater::config {

// A playlist: `#EXTINF` lines with a name and perhaps `tvg-chno`, each with the address below it.
void read_m3u(std::string_view text, ChannelList& list);
// DVBlast's: GROUP[:PORT][@INTERFACE][/OPTION...] ALWAYS_ON PROGRAM [PID,...]. It names no input.
void read_dvblast(std::string_view text, ChannelList& list);
// A table, its columns perhaps under other names.
void read_csv(std::string_view text, const std::string& file, const ImportChoices& choices,
              ChannelList& list);

}  // namespace headwater::config
