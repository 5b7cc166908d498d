// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "psi/tables/streams.h"
#include "tools/headwaterd/milliseconds.h"
#include "tools/headwaterd/url.h"
#include "tools/headwaterd/view.h"

namespace headwater::daemon {

namespace api = control::api;
using control::InputStatus;
using control::InputTables;
using dataplane::InputCounters;

namespace {

std::vector<api::ProgramSnapshot> programs_of(const InputTables& tables) {
  std::vector<api::ProgramSnapshot> programs;
  for (const auto& [number, program] : tables.programs()) {
    api::ProgramSnapshot shown;
    shown.number = number;
    shown.pmt_pid = program.pmt_pid;
    if (program.pmt) {
      const psi::Pmt& pmt = *program.pmt;
      if (pmt.pcr_pid != kNullPid) shown.pcr_pid = pmt.pcr_pid;
      shown.pmt_version = pmt.version;
      shown.scrambled = psi::has_ca_descriptor(pmt);
      for (const psi::Pmt::Stream& stream : pmt.streams) {
        const psi::StreamInfo info = psi::describe(stream);
        shown.streams.push_back({.pid = stream.pid,
                                 .type = stream.type,
                                 .kind = std::string(psi::to_string(info.kind)),
                                 .codec = info.codec,
                                 .languages = info.languages});
      }
    }
    if (tables.sdt()) {
      const auto& services = tables.sdt()->services;
      const auto service = std::ranges::find(services, number, &psi::Sdt::Service::id);
      if (service != services.end()) {
        if (const auto named = psi::find_service_descriptor(service->descriptors)) {
          shown.name = named->name;
          shown.provider = named->provider;
        }
      }
    }
    programs.push_back(std::move(shown));
  }
  return programs;
}

api::TimelineState timeline_state(const config::Input& configured, std::int64_t gauge) {
  if (configured.kind == config::Input::Kind::kFile && gauge != 0)
    return configured.file_rate ? api::TimelineState::kFileRate : api::TimelineState::kFilePcr;
  switch (gauge) {
    case 1:
      return api::TimelineState::kArrival;
    case 2:
      return api::TimelineState::kAcquiring;
    case 3:
      return api::TimelineState::kLocked;
    default:
      return api::TimelineState::kNone;
  }
}

void add_counters(api::InputSnapshot& shown, const config::Input& configured, const InputCounters& counters,
                  Instant now) {
  shown.datagrams = counters.datagrams.get();
  shown.packets = counters.packets.get();
  shown.section_errors = counters.section_errors.get();
  shown.priority1 = {.ts_sync_loss = counters.ts_sync_loss.get(),
                     .sync_byte_error = counters.sync_byte_error.get(),
                     .pat_error = counters.pat_error.get(),
                     .cc_error = counters.cc_error.get(),
                     .pmt_error = counters.pmt_error.get(),
                     .pid_error = counters.pid_error.get()};
  shown.transport_errors = counters.drop_transport_error.get();
  shown.scrambled_packets = counters.scrambled.get();
  if (configured.kind == config::Input::Kind::kRtp) {
    shown.rtp = api::InputSnapshot::Rtp{.lost = counters.rtp_lost.get(),
                                        .reordered = counters.rtp_reordered.get(),
                                        .duplicates = counters.drop_rtp_duplicate.get(),
                                        .late = counters.drop_rtp_late.get(),
                                        .restarts = counters.rtp_restarts.get()};
  }
  shown.timeline.state = timeline_state(configured, counters.timeline_state.get());
  // -1: none.
  if (const std::int64_t pid = counters.timeline_reference_pid.get(); counters.pcr_seen.get() > 0 && pid >= 0)
    shown.timeline.reference_pid = Pid::from_wire(static_cast<std::uint16_t>(pid));
  shown.timeline.drift_ppm = static_cast<double>(counters.timeline_drift_ppb.get()) / 1000.0;
  shown.history_frames = static_cast<std::uint64_t>(counters.history_frames.get());
  shown.file_loops = counters.file_loops.get();
  shown.drops = dataplane::drops(counters);
  if (const std::int64_t last = counters.last_packet.get(); last != 0) {
    const Ticks27 age = now - Instant{last};
    shown.last_packet_age_ms = in_ms(age);
  }
}

// `receives`: datagrams come.
void judge(api::InputSnapshot& shown, const InputStatus& status, bool receives) {
  if (!status.config->enabled) {
    shown.state = api::InputState::kParked;
    shown.reason = "parked by the configuration";
  } else if (!status.slot) {
    shown.state = api::InputState::kLost;
    shown.reason = status.refusal;
  } else if (!shown.last_packet_age_ms) {
    shown.state = api::InputState::kWaiting;
    shown.reason =
        receives ? "datagrams come, but no valid TS packet has been among them" : "no packet received yet";
  } else if (status.signal == control::Carried::Signal::kLost) {
    shown.state = api::InputState::kLost;
    shown.reason =
        fmt::format("no {} for {:.1f} s", receives ? "valid TS packet, though datagrams come," : "packets",
                    static_cast<double>(*shown.last_packet_age_ms) / 1000.0);
  } else {
    shown.state = api::InputState::kOk;
    if (status.signal == control::Carried::Signal::kNoTables) shown.reason = "no PAT in the stream";
  }
}

}  // namespace

api::InputSnapshot View::show(const InputStatus& status, const Moment& moment) const {
  const config::Input& configured = *status.config;
  api::InputSnapshot shown;
  shown.id = configured.id;
  const bool file = configured.kind == config::Input::Kind::kFile;
  shown.source =
      file ? "file:" + configured.path
           : url_of(configured.kind == config::Input::Kind::kRtp, configured.group, configured.udp_port);
  shown.from = configured.from.value_or("");
  shown.port = configured.port;
  if (status.slot) {
    shown.core = links_.configuration->headend.workers.at(status.worker.index);
    const InputCounters& counters = links_.counters.input(*status.slot);
    add_counters(shown, configured, counters, moment.now);
    shown.bitrate_bps = links_.conductor.rates().input(*status.slot);
    if (const auto* part = moment.plan->inputs.at(status.slot->index).get())
      shown.history_capacity = part->history_frames;
  }
  const InputTables& tables = *status.tables;
  if (tables.pat()) {
    shown.transport_stream_id = tables.pat()->transport_stream_id;
    shown.pat_version = tables.pat()->version;
  }
  if (tables.sdt()) shown.sdt_version = tables.sdt()->version;
  shown.programs = programs_of(tables);
  // BISS has no CA descriptor: only transport_scrambling_control tells.
  shown.scrambled = std::ranges::any_of(shown.programs, &api::ProgramSnapshot::scrambled) ||
                    (status.slot && links_.watch.input(*status.slot).scrambled(moment.now));
  const InputHealth* health = status.slot ? &links_.watch.input(*status.slot) : nullptr;
  const bool receives = health != nullptr && health->receives(moment.now);
  judge(shown, status, receives);
  // Of one that is silent, silence is all there is to say.
  if (shown.state == api::InputState::kOk || receives) {
    if (std::string trouble = health != nullptr ? health->trouble(moment.now) : ""; !trouble.empty())
      shown.notes.push_back(std::move(trouble));
  }
  const auto failure = links_.file_failures.find(configured.id);
  if (failure != links_.file_failures.end()) {
    shown.state = api::InputState::kLost;
    shown.reason = failure->second;
  }
  return shown;
}

std::vector<api::InputSnapshot> View::inputs() {
  const std::lock_guard lock(links_.mutex);
  const std::vector<InputStatus> statuses = links_.conductor.inputs();
  const Moment now = moment({});
  std::vector<api::InputSnapshot> shown;
  shown.reserve(statuses.size());
  for (const InputStatus& status : statuses) shown.push_back(show(status, now));
  return shown;
}

std::optional<api::InputSnapshot> View::input(const std::string& id) {
  const std::lock_guard lock(links_.mutex);
  for (const InputStatus& status : links_.conductor.inputs()) {
    if (status.config->id == id) return show(status, moment({}));
  }
  return std::nullopt;
}

}  // namespace headwater::daemon
