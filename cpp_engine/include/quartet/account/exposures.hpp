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

inline constexpr i128 kDriftMax = i128{1} << 122;  // far above every sum of exposures

// A bound that grows by a change, and stays below what sums of it could leave 127 bits with.
inline i128 more_drift(i128 drift, i128 change) {
  const i128 more = plus(drift, absolute(change));
  return (more >> 122) == 0 ? more : kDriftMax;
}

// No less than what a quantity is worth at the mark or at the risk price.
inline i128 most_worth(const EngineState& engine, u32 symbol, i64 quantity) {
  const SymbolState& state = engine.symbols[symbol];
  const u64 price = magnitude(state.mark) | magnitude(engine.trading[symbol].risk_price);
  u64 units = 0;
  if (!__builtin_mul_overflow(magnitude(quantity), static_cast<u64>(state.multiplier), &units))
    return static_cast<i128>(u128{price} * units);
  return static_cast<i128>(u128{price} * magnitude(quantity) * static_cast<u64>(state.multiplier));
}

inline void note_stale_exposure(EngineState& engine, SymbolState& state, u32 symbol) {
  if (state.exposure_stale) return;
  state.exposure_stale = true;
  engine.stale_exposures.push_back(symbol);
}

// Remembers that the symbol's exposure has to be computed anew before it is next read.
inline void touch_exposure(EngineState& engine, SymbolState& state, u32 symbol) {
  note_stale_exposure(engine, state, symbol);
  engine.sums.unvalued = kDriftMax;
}

// The same after position or leaves have changed by a quantity: its magnitude is by how much that of the
// worst side can have changed at most.
inline void move_exposure(EngineState& engine, SymbolState& state, u32 symbol, i64 quantity) {
  note_stale_exposure(engine, state, symbol);
  engine.sums.unvalued = more_drift(engine.sums.unvalued, most_worth(engine, symbol, quantity));
}

inline void touch_margin(EngineState& engine, u32 symbol) {
  SymbolTrading& trading = engine.trading[symbol];
  if (engine.margins.empty() || trading.margin_stale) return;
  trading.margin_stale = true;
  engine.stale_margins.push_back(symbol);
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
    const SymbolTrading& trading = engine.trading[symbol];
    const i128 reach = i128{trading.buy_leaves} + trading.sell_leaves + absolute(state.position);
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
