// Displayed size, taking, queues and reports of the simulated venue (spec 7.1, 7.4, 7.6).
#include "quartet/execution_engine/venue_book.hpp"

#include <algorithm>

#include "quartet/order_engine/order_engine.hpp"

namespace quartet::venue {

i64 available(EngineState& engine, const Order& order, i64 limit) {
  const BookSide side = other_side(engine, order);
  i128 size = 0;
  for (std::size_t n = 0; n < side.levels(); ++n) {
    const PriceLevel level = side.level(n);
    if (!side.reached_by(limit, level.price)) break;
    size += level.size;
  }
  size -= taken(engine, order.symbol, order.side);
  return size > 0 ? saturate(size) : 0;
}

bool take(EngineState& engine, Order& order, i64 ts) {
  const BookSide side = other_side(engine, order);
  const i64 limit = order.venue_price;
  i64 skip = taken(engine, order.symbol, order.side);
  for (std::size_t n = 0; n < side.levels(); ++n) {
    const PriceLevel level = side.level(n);
    if (!side.reached_by(limit, level.price)) break;
    if (skip >= level.size) {
      skip -= level.size;
      continue;
    }
    const i64 quantity = std::min(order.venue_leaves(), level.size - skip);
    skip = 0;
    add_taken(engine, order.symbol, order.side, quantity);
    const bool filled = quantity == order.venue_leaves();
    report_fill(engine, order, ts, level.price, quantity, Liquidity::Taker, FillReason::Aggressive);
    if (filled) return true;
  }
  return false;
}

bool would_take(const EngineState& engine, const Order& order, i64 price) {
  const BookSide side = other_side(engine, order);
  return side.levels() > 0 && side.reached_by(price, side.level(0).price);
}

i64 displayed(const EngineState& engine, const Order& order, i64 price) {
  const BookSide side = own_side(engine, order);
  const std::size_t levels = side.levels();
  for (std::size_t n = 0; n < levels; ++n) {
    const PriceLevel level = side.level(n);
    if (level.price == price) return level.size;
    // Better than this level: ahead of the best one, or between two.
    if (side.better(price, level.price)) return 0;
  }
  return levels == 0 ? 0 : kUnseen;
}

void start_resting(const EngineState& engine, Order& order) {
  order.resting = true;
  order.ahead = displayed(engine, order, order.venue_price);
  order.level = std::max<i64>(order.ahead, 0);
  order.traded = 0;
}

namespace {

// A report on an order that earlier ones have closed in the meantime is late (spec 7.3).
void hand_over(EngineState& engine, Order& order, const Report& made) {
  if (!engine.answers_at_once) {
    engine.reports.push(made);
  } else if (order.id == 0) {
    ++engine.counters.late_reports;
  } else {
    apply_venue_report(engine, order, made);
  }
}

}  // namespace

void report(EngineState& engine, Order& order, i64 ts, Trigger trigger, Code code) {
  Report made;
  made.due = ts + engine.config.venue.response_latency_ns;
  made.ts = ts;
  made.trigger = trigger;
  made.code = code;
  made.order_id = order.id;
  hand_over(engine, order, made);
}

void report_fill(EngineState& engine, Order& order, i64 ts, i64 price, i64 quantity, Liquidity liquidity,
                 FillReason reason) {
  Report made;
  made.due = ts + engine.config.venue.response_latency_ns;
  made.ts = ts;
  made.trigger = Trigger::Fill;
  made.order_id = order.id;
  made.exec_id = ++engine.last_exec_id;
  made.price = price;
  made.quantity = quantity;
  made.liquidity = number(liquidity);
  made.reason = number(reason);
  made.cause_event = engine.event_index;
  order.venue_cum += quantity;
  if (order.venue_leaves() == 0) leave(engine, order);
  hand_over(engine, order, made);
}

void leave(EngineState& engine, Order& order) {
  order.at_venue = order.resting = false;
  order.venue_price = order.venue_quantity = order.venue_cum = 0;
  order.ahead = order.level = order.traded = 0;
  --engine.symbols[order.symbol].orders_at_venue;
}

}  // namespace quartet::venue
