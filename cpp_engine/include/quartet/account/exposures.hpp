// Worst-side exposure of every symbol, brought up to date only where something changed (spec 9.5).
#pragma once

#include "quartet/core/fixed_point.hpp"
#include "quartet/engine_state.hpp"

namespace quartet {

// w of spec 9.5.
inline i64 worst_position(i64 position, i64 buys, i64 sells) {
  const i64 up = position + buys;
  const i64 down = position - sells;
  return magnitude(up) >= magnitude(down) ? up : down;
}

// Remembers that the symbol's exposure has to be computed anew before it is next read.
inline void touch_exposure(EngineState& engine, SymbolState& state, u32 symbol) {
  if (state.exposure_stale) return;
  state.exposure_stale = true;
  engine.stale_exposures.push_back(symbol);
}

inline void touch_margin(EngineState& engine, SymbolState& state, u32 symbol) {
  if (state.margin_stale) return;
  state.margin_stale = true;
  engine.stale_margins.push_back(symbol);
}

// How far gross and net can have drifted at most, after a mark has changed a notional by as much.
inline i128 more_drift(i128 drift, i128 change) {
  constexpr i128 drift_max = i128{1} << 122;  // far above every sum of exposures
  const i128 more = plus(drift, absolute(change));
  return (more >> 122) == 0 ? more : drift_max;
}

inline void note_moved_mark(EngineState& engine, SymbolState& state, u32 symbol) {
  if (state.mark_moved) return;
  state.mark_moved = true;
  engine.moved_marks.push_back(symbol);
}

// The mark has moved by `step`, the position's value by `change`: gross and net can have drifted by as much,
// or, with orders open, by what the largest worst side makes of it. Exact values wait until a limit asks for
// them.
inline void drift_exposure(EngineState& engine, SymbolState& state, u32 symbol, i64 step, i128 change) {
  if (state.open_orders != 0) {
    const i128 reach = absolute(state.position) + state.buy_leaves + state.sell_leaves;
    change = static_cast<i128>(magnitude(step) * static_cast<u128>(reach * state.multiplier));
  }
  engine.sums.drift = more_drift(engine.sums.drift, change);
  note_moved_mark(engine, state, symbol);
}

// Worst sides, and notionals of those that have changed; sums are then exact but for the drift.
void refresh_exposures(EngineState& engine);
// Values what has drifted; exposures must be up to date.
void refresh_marks(EngineState& engine);
// The exact margin of all symbols; exposures must be up to date.
i128 refresh_margins(EngineState& engine);
// After the limits or the risk prices of all symbols have changed.
void touch_all_exposures(EngineState& engine);
void touch_all_margins(EngineState& engine);

}  // namespace quartet
