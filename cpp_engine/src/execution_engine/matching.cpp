// Resting and waiting orders meet quotes, books, trades and bars (spec 7.7-7.9).
#include <algorithm>
#include <cmath>

#include "quartet/core/floating.hpp"
#include "quartet/execution_engine/venue.hpp"
#include "quartet/execution_engine/venue_book.hpp"

namespace quartet {
namespace {

// Calls visit for each order of the symbol that is at the venue, ascending id.
template <class Visit>
void for_orders_at_venue(EngineState& engine, u32 symbol, Visit visit) {
  u32 slot = engine.symbols[symbol].first_order;
  while (slot != kNoOrder) {
    Order& order = engine.orders[slot];
    slot = order.symbol_next;
    if (order.at_venue) visit(order);
  }
}

// The queue ahead after a new displayed size D at our price (spec 7.7).
i64 shortened_queue(const Order& order, i64 displayed, bool probability) {
  if (order.ahead < 0) return displayed;
  i64 ahead = order.ahead;
  const i128 canceled = i128{order.level} - displayed - order.traded;
  if (probability && canceled > 0) {
    const double a = to_double(ahead);
    const double b = to_double(saturate(std::max<i128>(i128{order.level} - ahead, 0)));
    const double den = a * a + b * b;
    const double gone = den > 0.0 ? round_half_even(to_double(canceled) * ((a * a) / den)) : 0.0;
    ahead = static_cast<i64>(std::max<i128>(i128{ahead} - static_cast<i128>(gone), 0));
  }
  return std::min(ahead, displayed);
}

void meet_quote(EngineState& engine, Order& order, i64 ts, bool probability) {
  const i64 price = order.venue_price;
  if (venue::would_take(engine, order, price)) {
    const i64 quantity = std::min(order.venue_leaves(), venue::available(engine, order, price));
    if (quantity <= 0) return;
    venue::add_taken(engine, order.symbol, order.side, quantity);
    venue::report_fill(engine, order, ts, price, quantity, Liquidity::Maker, FillReason::BookCrossed);
    return;
  }
  const i64 size = venue::displayed(engine, order, price);
  if (size == venue::kUnseen) return;
  order.ahead = shortened_queue(order, size, probability);
  order.level = size;
  order.traded = 0;
}

// One bar and what is left of our share of its volume (spec 7.9).
struct BarMatch {
  EngineState& engine;
  i64 ts;
  BarPrices bar;
  i64 volume;
  bool frozen;

  static bool strictly_better(const Order& order, i64 price) {
    return order.side == Side::Buy ? price < order.venue_price : price > order.venue_price;
  }

  // The open with slippage, rounded to a tick against us.
  i128 market_price(const Order& order) const {
    const i64 slippage = engine.config.venue.bar_slippage_ppb;
    const i64 tick = engine.instrument(order.symbol).tick;
    const i128 unit = i128{tick} * kScale;
    const bool buy = order.side == Side::Buy;
    const i128 exact = i128{bar.open} * (buy ? kScale + slippage : kScale - slippage);
    i128 ticks = exact / unit;
    const i128 rest = exact % unit;
    if (buy && rest > 0) ++ticks;
    if (!buy && rest < 0) --ticks;
    return ticks * tick;
  }

  void fill(Order& order, i64 price, Liquidity liquidity, FillReason reason) {
    const i64 quantity = std::min(order.venue_leaves(), volume);
    if (quantity <= 0) return;
    volume -= quantity;
    venue::report_fill(engine, order, ts, price, quantity, liquidity, reason);
  }

  void fill_or_cancel(Order& order, i64 price) {
    fill(order, price, Liquidity::Taker, FillReason::BarOpen);
    if (order.at_venue) venue::leave_with(engine, order, ts, Trigger::Cancel, Code::NotEnoughVolume);
  }

  void meet_at_once(Order& order) {
    const i128 price = order.type == OrderType::Market ? market_price(order) : i128{bar.open};
    const bool too_far = order.side == Side::Buy ? price > order.venue_price : price < order.venue_price;
    if (frozen) {
      venue::leave_with(engine, order, ts, Trigger::Cancel, Code::MarketHalted);
    } else if (too_far) {
      venue::leave_with(engine, order, ts, Trigger::Cancel, Code::NoLiquidity);
    } else if (order.type == OrderType::Fok && volume < order.venue_leaves()) {
      venue::leave_with(engine, order, ts, Trigger::Cancel, Code::FokUnfillable);
    } else {
      fill_or_cancel(order, static_cast<i64>(price));
    }
  }

  void meet(Order& order) {
    if (order.type != OrderType::Limit && order.type != OrderType::PostOnly) {
      meet_at_once(order);
      return;
    }
    if (frozen) return;
    const i64 extreme = order.side == Side::Buy ? bar.low : bar.high;
    if (order.type == OrderType::Limit && strictly_better(order, bar.open)) {
      fill(order, bar.open, Liquidity::Taker, FillReason::BarOpen);
    } else if (strictly_better(order, extreme)) {
      fill(order, order.venue_price, Liquidity::Maker, FillReason::TradedThrough);
    }
  }
};

}  // namespace

void match_quote(EngineState& engine, u32 symbol, i64 ts_event) {
  const SymbolState& state = engine.symbols[symbol];
  if (engine.instrument(symbol).fills_on_bars() || state.frozen()) return;
  const bool probability = engine.config.venue.queue_model == number(QueueModel::Probability);
  for_orders_at_venue(engine, symbol, [&](Order& order) {
    if (order.resting) meet_quote(engine, order, ts_event, probability);
  });
}

void match_trade(EngineState& engine, u32 symbol, i64 ts_event, i64 price, i64 size, i8 aggressor) {
  const SymbolState& state = engine.symbols[symbol];
  if (engine.instrument(symbol).fills_on_bars() || state.frozen()) return;
  i64 budget = size;
  for_orders_at_venue(engine, symbol, [&](Order& order) {
    const bool buy = order.side == Side::Buy;
    if (!order.resting || (buy ? aggressor > 0 : aggressor < 0)) return;
    i64 quantity = 0;
    FillReason reason = FillReason::TradedThrough;
    if (buy ? price < order.venue_price : price > order.venue_price) {
      quantity = std::min(order.venue_leaves(), budget);
    } else if (price == order.venue_price && order.ahead >= 0) {
      const i64 used = std::min(order.ahead, size);
      order.ahead -= used;
      venue::add_saturating(order.traded, size);
      quantity = std::min({order.venue_leaves(), size - used, budget});
      reason = FillReason::QueueExhausted;
    }
    if (quantity <= 0) return;
    budget -= quantity;
    venue::report_fill(engine, order, ts_event, order.venue_price, quantity, Liquidity::Maker, reason);
  });
}

void match_bar(EngineState& engine, u32 symbol, i64 ts_event, const BarPrices& bar) {
  const InstrumentKind& instrument = engine.instrument(symbol);
  if (!instrument.fills_on_bars()) return;
  const i128 share = cap(engine.config.venue.max_participation_ppb, bar.volume);
  BarMatch match{engine, ts_event, bar, static_cast<i64>(floor_to(share, instrument.lot)),
                 engine.symbols[symbol].frozen()};
  for_orders_at_venue(engine, symbol, [&](Order& order) { match.meet(order); });
}

}  // namespace quartet
