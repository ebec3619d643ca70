// Session roll, risk clock, drawdown, daily loss and flattening (spec 8.2-8.7).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

// S1, when `now` has reached a boundary (spec 8.2, 8.3).
void roll_clocks(EngineState& engine);
// Sets next_boundary from the session and the risk number.
void place_boundary(EngineState& engine);

// Sets halt_drop from the limits, the latches, the peak and the session's open.
void place_halt_level(EngineState& engine);
// The exact tests of drawdown and daily loss.
void test_halts(EngineState& engine);
void flatten_positions(EngineState& engine);
void write_halt(EngineState& engine, HaltAction action, Code code, u32 symbol, i128 limit, i128 value);

// S5: keeps the peak, and looks closer only where equity has fallen to the level that could halt.
inline void step_halts(EngineState& engine) {
  Ledger& ledger = engine.ledger;
  ledger.peak = ledger.equity > ledger.peak ? ledger.equity : ledger.peak;
  // A share of the peak grows no faster than the peak, so the same drop from a higher one is examined too
  // early.
  if (ledger.peak - ledger.equity >= ledger.halt_drop) [[unlikely]]
    test_halts(engine);
  if (engine.flatten || engine.flattened_symbols != 0) [[unlikely]]
    flatten_positions(engine);
}

}  // namespace quartet
