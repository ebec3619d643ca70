// The simulated venue: takes messages, meets orders with the market, makes reports (spec 7).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

// Sends a message; with no latency it is delivered, and what is due applied, before this returns (spec 7.1).
void send_message(EngineState& engine, MessageKind kind, Order& order, i64 price, i64 quantity);

// S2: messages that arrived before ts_event, then lives that have run out (spec 7.2).
void deliver_arrivals(EngineState& engine, i64 ts_event);
void expire_orders(EngineState& engine, i64 ts_event);

// S3: the symbol's orders meet the event; the market view is already that of the event.
void match_quote(EngineState& engine, u32 symbol, i64 ts_event);                                     // 7.7
void match_trade(EngineState& engine, u32 symbol, i64 ts_event, i64 price, i64 size, i8 aggressor);  // 7.8
struct BarPrices {
  i64 open = 0;
  i64 high = 0;
  i64 low = 0;
  i64 volume = 0;
};
void match_bar(EngineState& engine, u32 symbol, i64 ts_event, const BarPrices& bar);  // 7.9

}  // namespace quartet
