// The events of the probe: signals up and down among market data, commands, then a clock on the next day.
#include "probe.hpp"

#include <protozero/pbf_writer.hpp>

#include "quartet/core/configuration.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/snapshot_format.hpp"
#include "quartet/engine_state.hpp"

namespace quartet::fuzz {
namespace {

constexpr i64 kUnit = 1'000'000'000;
constexpr i64 kStep = 1'000'000;

// For all symbols; level and flatten act where the kind reads them.
std::string command(ControlKind kind) {
  using F = fields::Control;
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_uint32(static_cast<u32>(F::kind), number(kind));
  out.add_uint32(static_cast<u32>(F::level), number(Level::Killed));
  out.add_bool(static_cast<u32>(F::flatten), true);
  return bytes;
}

}  // namespace

testing::BatchColumns probe_after(i64 ts) {
  testing::BatchColumns probe;
  for (const double score : {1.0, -1.0, 0.0}) {
    for (u32 symbol = 0; symbol < 2; ++symbol) {
      ts += kStep;
      probe.add_quote({symbol, ts, ts, 100 * kUnit, 101 * kUnit, 50 * kUnit, 50 * kUnit});
      probe.add_signal(symbol, score, 1.0, ts);
      probe.add_trade(symbol, 101 * kUnit, 20 * kUnit, 1, ts);
      probe.add_book({symbol, ts, ts, 99 * kUnit, 100 * kUnit, 30 * kUnit, 30 * kUnit});
      probe.add_bar(symbol, 98 * kUnit, 103 * kUnit, 40 * kUnit, ts);
    }
    probe.add_report(1, Trigger::Fill, 1'000, 100 * kUnit, kUnit, ts);
    probe.add_event(EventKind::Clock, ts + kStep);
  }
  for (const auto kind : {ControlKind::CancelAll, ControlKind::SetLevel, ControlKind::Resume}) {
    probe.add_control(command(kind), ts += kStep);
  }
  probe.add_event(EventKind::Clock, ts + kDayNs);
  return probe;
}

i64 last_time_of(std::string_view snapshot) {
  edge::SnapshotReader in(snapshot);
  in.take(edge::kSnapshotMagic.size() + edge::contract_hash_bytes().size());
  for (int blob = 0; blob < 4; ++blob) in.blob();
  in.take(sizeof(Counters));
  return in.time();
}

}  // namespace quartet::fuzz
