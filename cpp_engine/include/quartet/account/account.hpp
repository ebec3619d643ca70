// Marks, fills, loaded positions and cash flows, with the equity kept current (spec 6.3, 8.1, 11.4, 11.5).
#pragma once

#include "quartet/account/exposures.hpp"

namespace quartet {

// The first mark is the risk price too (spec 6.3, 8.3).
void set_first_mark(EngineState& engine, SymbolState& state, u32 symbol, i64 price);

// Sets the mark. A mark that stays goes the same way as one that moves: which of them it is can not be
// predicted.
inline void set_mark(EngineState& engine, SymbolState& state, u32 symbol, i64 price) {
  if (!state.has_mark) [[unlikely]] {
    set_first_mark(engine, state, symbol, price);
    return;
  }
  const i64 step = price - state.mark;
  state.mark = price;
  if (state.position == 0 && state.open_orders == 0) return;
  const i128 change = money(step, state.position, state.multiplier);
  engine.ledger.equity += change;
  drift_exposure(engine, state, symbol, step, change);
}

// Books a fill and returns its fee.
i128 book_fill(EngineState& engine, u32 symbol, Side side, i64 quantity, i64 price, Liquidity liquidity);
// False, with no effect, where cash, equity, its high or its open would reach 2^120.
bool load_position(EngineState& engine, u32 symbol, i64 quantity, i64 price);
bool add_cash(EngineState& engine, i128 amount);
void write_account(EngineState& engine, AccountCause cause, u32 symbol);
// Equity from scratch, after a restore.
i128 computed_equity(const EngineState& engine);

}  // namespace quartet
