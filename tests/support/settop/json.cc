// SPDX-License-Identifier: Apache-2.0
#include "tests/support/settop/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "psi/tables/streams.h"

namespace headwater::settop {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::round(value * 10) / 10;
}

json pids_of(const StreamReport& report) {
  json all = json::array();
  for (const auto& [pid, what] : report.pids) {
    json entry{{"pid", pid.value()}, {"packets", what.packets}, {"cc_errors", what.cc_errors}};
    if (what.scrambled > 0) entry["scrambled"] = what.scrambled;
    if (const PcrTiming::Result pcr = what.pcr.result(); pcr.count > 0) {
      entry["pcr"] = {{"count", pcr.count},
                      {"discontinuities", pcr.discontinuities},
                      {"interval_max_ms", rounded(pcr.interval_max.to_seconds() * 1000)},
                      {"jitter_p2p_us", rounded(pcr.jitter_peak_to_peak_us)},
                      {"jitter_p99_us", rounded(pcr.jitter_p99_us)},
                      {"drift_ppm", rounded(pcr.drift_ppm)}};
    }
    all.push_back(std::move(entry));
  }
  return all;
}

json streams_of(const psi::Pmt& pmt) {
  json streams = json::array();
  for (const psi::Pmt::Stream& stream : pmt.streams) {
    const psi::StreamInfo info = psi::describe(stream);
    streams.push_back({{"pid", stream.pid.value()},
                       {"type", stream.type},
                       {"kind", psi::to_string(info.kind)},
                       {"codec", info.codec},
                       {"languages", info.languages}});
  }
  return streams;
}

json services_of(const StreamReport& report) {
  json all = json::array();
  if (!report.pat) return all;
  for (const psi::Pat::Program& program : report.pat->programs) {
    json entry{{"id", program.number}, {"pmt_pid", program.pmt_pid.value()}};
    if (const auto pmt = report.pmts.find(program.number); pmt != report.pmts.end()) {
      entry["pcr_pid"] = pmt->second.pcr_pid.value();
      entry["pmt_version"] = pmt->second.version;
      entry["streams"] = streams_of(pmt->second);
    }
    if (report.sdt) {
      for (const psi::Sdt::Service& service : report.sdt->services) {
        const auto said = psi::find_service_descriptor(service.descriptors);
        if (service.id != program.number || !said) continue;
        entry["name"] = said->name;
        entry["provider"] = said->provider;
        entry["type"] = said->type;
      }
    }
    all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace

std::string to_json(const StreamReport& report, const std::string& stream, std::uint64_t socket_drops,
                    double first_packet_ms) {
  double jitter = 0;
  double jitter_p99 = 0;
  double interval = 0;
  for (const auto& [pid, what] : report.pids) {
    const PcrTiming::Result pcr = what.pcr.result();
    jitter = std::max(jitter, pcr.jitter_peak_to_peak_us);
    jitter_p99 = std::max(jitter_p99, pcr.jitter_p99_us);
    interval = std::max(interval, pcr.interval_max.to_seconds() * 1000);
  }
  json all{{"stream", stream},
           {"datagrams", report.datagrams},
           {"bad_datagrams", report.bad_datagrams},
           {"socket_drops", socket_drops},
           {"packets", report.packets},
           {"bytes", report.packets * ts::kPacketSize},
           {"bitrate", std::round(report.bitrate())},
           {"sync_errors", report.sync_errors},
           {"malformed", report.malformed},
           {"cc_errors", report.cc_errors()},
           {"rtp_lost", report.rtp.lost},
           {"rtp_duplicates", report.rtp.duplicates},
           {"rtp_reordered", report.rtp.reordered},
           {"rtp_restarts", report.rtp.restarts},
           {"pcr_jitter_p2p_us", rounded(jitter)},
           {"pcr_jitter_p99_us", rounded(jitter_p99)},
           {"pcr_interval_max_ms", rounded(interval)},
           {"pids", pids_of(report)},
           {"services", services_of(report)}};
  if (const auto ssrc = report.rtp.ssrc()) all["rtp_ssrc"] = *ssrc;
  if (report.pat) {
    all["transport_stream_id"] = report.pat->transport_stream_id;
    all["pat_version"] = report.pat->version;
  }
  if (report.sdt) all["sdt_version"] = report.sdt->version;
  if (report.first_arrival) all["first_packet_ms"] = rounded(first_packet_ms);
  return all.dump(2);
}

}  // namespace headwater::settop
