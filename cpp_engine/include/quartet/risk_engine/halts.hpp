// Session roll, risk clock, drawdown, daily loss and flattening (spec 8.2-8.7).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

// S1, when `now` has reached a boundary (spec 8.2, 8.3).
void roll_clocks(EngineState& engine);
// Sets next_boundary from the session and the risk number.
void place_boundary(EngineState& engine);

// Sets halt_below from the limits, the latches, the peak and the session's open.
void place_halt_level(EngineState& engine);
// The exact tests of drawdown and daily loss.
void test_halts(EngineState& engine);
void flatten_positions(EngineState& engine);
void write_halt(EngineState& engine, HaltAction action, Code code, u32 symbol, i128 limit, i128 value);

// S5: keeps the peak, and looks closer only where equity has fallen to the level that could halt.
inline void step_halts(EngineState& engine) {
  Ledger& ledger = engine.ledger;
  // A share of the peak grows no faster than the peak, so the level can be raised with it unexamined.
  const i128 above = ledger.equity - ledger.peak;
  const i128 rise = above & ~(above >> 127);  // 0 where it is negative, without a branch
  ledger.peak += rise;
  ledger.halt_below += rise;
  if (ledger.equity <= ledger.halt_below) [[unlikely]]
    test_halts(engine);
  if (engine.flatten || engine.flattened_symbols != 0) [[unlikely]]
    flatten_positions(engine);
}

}  // namespace quartet
