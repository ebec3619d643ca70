// Quotes that change nothing but the market view and the equity before they decide: nearly all of them (spec
// 5, 6).
#pragma once

#include "quartet/data_engine/batch.hpp"
#include "quartet/engine_state.hpp"

namespace quartet {

// Nothing is under way that the next quote could bring to an end (S2, S4, S5).
inline bool nothing_pends(const EngineState& engine) {
  return engine.fault == nullptr && engine.inbound.empty() && engine.reports.empty() && !engine.flatten &&
         engine.flattened_symbols == 0 && engine.ledger.halt_drop > 0 &&
         (engine.config.reconciler.order_ttl_ns <= 0 || engine.orders.size() == 0);
}

// The view is that of a sound quote, and no order asks for more (S3, S6).
inline bool at_rest(const SymbolState& state) {
  return state.plain_view && (state.open_orders | state.orders_at_venue) == 0 &&
         state.target == state.position;
}

// Runs quotes from `index` on for as long as they are quiet and returns where it stopped; `row` is the first
// one's among the quotes, `begin` the block's first event. What it stops at has not been touched.
std::size_t run_quiet_quotes(EngineState& engine, const Batch& batch, std::size_t begin, std::size_t index,
                             std::size_t end, std::size_t row, const VerdictBlock& block);

}  // namespace quartet
