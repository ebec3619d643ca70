// Sections 7 and 8 of a snapshot: open orders, messages and reports (spec 14.1).
#pragma once

#include <algorithm>

#include "quartet/edge/snapshot_format.hpp"
#include "quartet/engine_state.hpp"

namespace quartet::edge {

// More than any run can hold of a symbol, so that exposures of restored state stay in bounds (spec 1.8).
inline i64 quantity_bound(const EngineState& engine, u32 symbol) {
  const PolicyConfig& policy = engine.config.policy;
  const i64 inventory = policy.quotes() ? policy.quoting.max_inventory : 0;
  return 4 * std::max(engine.instrument(symbol).quantity_max, inventory);
}

void get_orders(SnapshotReader& in, EngineState& engine);
void get_messages(SnapshotReader& in, EngineState& engine);

}  // namespace quartet::edge
