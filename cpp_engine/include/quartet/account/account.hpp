// Marks, fills, loaded positions and cash flows, with the equity kept current (spec 6.3, 8.1, 11.4, 11.5).
#pragma once

#include "quartet/account/exposures.hpp"

namespace quartet {

// Sets the mark; the first one is the risk price too (spec 6.3, 8.3).
inline void set_mark(EngineState& engine, SymbolState& state, u32 symbol, i64 price) {
  if (state.has_mark && state.mark == price) return;
  const i64 before = state.mark_or_zero();
  state.mark = price;
  if (!state.has_mark) {
    state.has_mark = true;
    if (!state.has_risk_price) {
      state.risk_price = price;
      state.has_risk_price = true;
    }
  }
  if (state.position != 0) engine.ledger.equity += money(price - before, state.position, state.multiplier);
  if (state.position != 0 || state.open_orders != 0) touch_exposure(engine, state, symbol);
}

// Books a fill and returns its fee.
i128 book_fill(EngineState& engine, u32 symbol, Side side, i64 quantity, i64 price, Liquidity liquidity);
// False, with no effect, where cash or equity would reach 2^120.
bool load_position(EngineState& engine, u32 symbol, i64 quantity, i64 price);
bool add_cash(EngineState& engine, i128 amount);
void write_account(EngineState& engine, AccountCause cause, u32 symbol);
// Equity from scratch, after a restore.
i128 computed_equity(const EngineState& engine);

}  // namespace quartet
