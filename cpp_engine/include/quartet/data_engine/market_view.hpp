// The market view of phase two (spec 6): what venue, policy and risk see of a symbol.
#pragma once

#include "quartet/account/account.hpp"
#include "quartet/data_engine/batch.hpp"

namespace quartet {

// Of what a new quote displays nothing has been taken yet (spec 7.4).
inline void forget_taken(EngineState& engine, SymbolState& state, u32 symbol) {
  if (!state.taken_from) return;
  engine.trading[symbol].taken_bid = engine.trading[symbol].taken_ask = 0;
  state.taken_from = false;
}

inline void view_flags(EngineState& engine, SymbolState& state, u32 flags) {
  state.halted = (flags & contract::flag::Halt) != 0;
  state.plain_view = false;
  state.last_ts = engine.now;
  state.has_data = true;
}

// A quote or a book replaces the view (spec 6.2, 6.3, 2.6).
inline void view_quote(EngineState& engine, SymbolState& state, u32 symbol, u32 flags) {
  view_flags(engine, state, flags);
  state.stale = (flags & (contract::flag::Stale | contract::flag::Gap)) != 0;
  forget_taken(engine, state, symbol);
  state.has_quote = state.has_bid() && state.has_ask();
  if (state.has_quote) set_mark(engine, state, symbol, half_of_sum(state.bid_price + state.ask_price));
}

// A trade's price or a bar's close is the mark where no quote gives one (spec 6.3).
inline void view_price(EngineState& engine, SymbolState& state, u32 symbol, u32 flags, i64 price) {
  view_flags(engine, state, flags);
  if (!state.has_quote) set_mark(engine, state, symbol, price);
}

inline void view_best(SymbolState& state, i64 bid, i64 ask, i64 bid_size, i64 ask_size) {
  state.bid_price = bid;
  state.ask_price = ask;
  state.bid_size = bid_size;
  state.ask_size = ask_size;
  state.bid_levels = bid_size > 0 ? 1 : 0;
  state.ask_levels = ask_size > 0 ? 1 : 0;
}

void view_book(EngineState& engine, u32 symbol, const Batch& batch, std::size_t row);

}  // namespace quartet
