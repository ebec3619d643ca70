// The order state machine: creating, canceling, replacing, and what reports do (spec 9.1, 9.2, 9.7, 9.8).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

struct NewOrder {
  u32 symbol = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  i64 price = 0;  // as desired: 0 for MARKET
  i64 quantity = 0;
  bool flatten = false;
};

void create_order(EngineState& engine, const NewOrder& wanted);
void request_cancel(EngineState& engine, Order& order);
// Replaces price and leaves, after the rows of spec 9.7.
void request_replace(EngineState& engine, Order& order, i64 price, i64 leaves);
// Cancels every working order of a symbol, or of all with kNoSymbol (spec 8.7).
void cancel_all(EngineState& engine, u32 symbol);

// The transition that a report makes; false where the table has none.
bool apply_report(EngineState& engine, Order& order, const Report& report);
// The same for a report of the simulated venue, which always fits.
void apply_venue_report(EngineState& engine, Order& order, const Report& report);
// S4: reports due at or before now (spec 7.3).
void apply_due_reports(EngineState& engine);

// Whether the same desire was refused moments ago (spec 10.6).
bool held_back(const EngineState& engine, u32 symbol, Side side, OrderType type, i64 price, i64 quantity);

// After a change of leaves, price, state or pending replace: B, S and reserved cash (spec 9.5).
void recount(EngineState& engine, Order& order);
// The same but for what it says about the exposure; returns the change of B or S.
i64 count_leaves(EngineState& engine, Order& order);

}  // namespace quartet
