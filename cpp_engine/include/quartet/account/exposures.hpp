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

// The position's value has changed with the mark; where the position is the worst side, its notional has too.
inline void revalue_exposure(EngineState& engine, SymbolState& state, u32 symbol, i128 change) {
  if (state.exposure_stale) return;
  Exposure& exposure = state.exposure;
  if (exposure.worst != state.position) {
    touch_exposure(engine, state, symbol);
    return;
  }
  const i128 notional = plus(exposure.notional, change);
  engine.sums.net = plus(engine.sums.net, change);
  engine.sums.gross = plus(engine.sums.gross, minus(absolute(notional), absolute(exposure.notional)));
  exposure.notional = notional;
  touch_margin(engine, state, symbol);
}

void refresh_exposures(EngineState& engine);
// The exact margin of all symbols; exposures must be up to date.
i128 refresh_margins(EngineState& engine);
// After the limits or the risk prices of all symbols have changed.
void touch_all_exposures(EngineState& engine);
void touch_all_margins(EngineState& engine);

}  // namespace quartet
