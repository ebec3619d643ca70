// What the venue's matching reads of the market, and how it makes reports (spec 7.1, 7.4, 7.6).
#pragma once

#include "quartet/core/fixed_point.hpp"
#include "quartet/engine_state.hpp"

namespace quartet::venue {

inline constexpr i64 kUnseen = -1;

// Levels of a side, best first.
struct BookSide {
  const SymbolState& state;
  const BookDepth& depth;
  bool bids;

  std::size_t levels() const { return bids ? state.bid_levels : state.ask_levels; }
  PriceLevel level(std::size_t n) const {
    if (n == 0)
      return bids ? PriceLevel{state.bid_price, state.bid_size} : PriceLevel{state.ask_price, state.ask_size};
    return bids ? depth.bids[n] : depth.asks[n];
  }
  // Whether an order at `limit` on the other side reaches this price.
  bool reached_by(i64 limit, i64 price) const { return bids ? limit <= price : limit >= price; }
  // Whether price a is better than price b for orders of this side.
  bool better(i64 a, i64 b) const { return bids ? a > b : a < b; }
};

inline BookSide other_side(const EngineState& engine, const Order& order) {
  return {engine.symbols[order.symbol], engine.trading[order.symbol].depth.get(), order.side == Side::Sell};
}
inline BookSide own_side(const EngineState& engine, const Order& order) {
  return {engine.symbols[order.symbol], engine.trading[order.symbol].depth.get(), order.side == Side::Buy};
}

// Both are at least 0.
inline void add_saturating(i64& total, i64 amount) {
  if (__builtin_add_overflow(total, amount, &total)) total = std::numeric_limits<i64>::max();
}

// What has been taken of the side that a taker of `side` meets (spec 7.4).
inline i64 taken(const EngineState& engine, u32 symbol, Side side) {
  const SymbolTrading& trading = engine.trading[symbol];
  return side == Side::Buy ? trading.taken_ask : trading.taken_bid;
}
inline void add_taken(EngineState& engine, u32 symbol, Side side, i64 quantity) {
  SymbolTrading& trading = engine.trading[symbol];
  add_saturating(side == Side::Buy ? trading.taken_ask : trading.taken_bid, quantity);
  engine.symbols[symbol].taken_from = true;
}

// Displayed size that an order can still take up to a limit (spec 7.4).
i64 available(EngineState& engine, const Order& order, i64 limit);
// Takes up to the venue's limit price of the order; true where it has filled the order.
bool take(EngineState& engine, Order& order, i64 ts);
// Whether a POST_ONLY order would take at that price (spec 7.5).
bool would_take(const EngineState& engine, const Order& order, i64 price);
// Size displayed at a price on our side, or kUnseen (spec 7.6).
i64 displayed(const EngineState& engine, const Order& order, i64 price);
// Puts the order at the end of the queue of its price (spec 7.6).
void start_resting(const EngineState& engine, Order& order);

// Reports: where nothing is in between they are applied before these return, and the order may be gone then.
void report(EngineState& engine, Order& order, i64 ts, Trigger trigger, Code code);
void report_fill(EngineState& engine, Order& order, i64 ts, i64 price, i64 quantity, Liquidity liquidity,
                 FillReason reason);
// The order is no longer at the venue; its fields there become zero (spec 14.3).
void leave(EngineState& engine, Order& order);
inline void leave_with(EngineState& engine, Order& order, i64 ts, Trigger trigger, Code code) {
  leave(engine, order);
  report(engine, order, ts, trigger, code);
}

}  // namespace quartet::venue
