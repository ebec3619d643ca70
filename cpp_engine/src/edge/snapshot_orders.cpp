// Reading of open orders, messages and reports (spec 14.1).
#include "quartet/edge/snapshot_orders.hpp"

#include "quartet/order_engine/order_engine.hpp"

namespace quartet::edge {
namespace {

OrderState get_state(SnapshotReader& in) {
  const u8 state = in.get<u8>();
  require_snapshot(contract::is_order_state(state), "unknown order state");
  const auto known = static_cast<OrderState>(state);
  require_snapshot(known != OrderState::Created && !contract::is_terminal(known),
                   "an order that is not open");
  return known;
}

// An order's price: a collar limit may lie one tick outside the instrument's bounds (spec 9.4).
void check_price(const EngineState& engine, u32 symbol, i64 price) {
  const InstrumentKind& instrument = engine.instrument(symbol);
  require_snapshot(
      price >= instrument.price_min - instrument.tick && price <= instrument.price_max + instrument.tick,
      "an order's price out of range");
}

Order get_order(SnapshotReader& in, const EngineState& engine) {
  Order order;
  order.id = in.get<u64>();
  order.symbol = in.get<u32>();
  require_snapshot(order.symbol < engine.symbols.size(), "an order of an unknown symbol");
  const u8 side = in.get<u8>();
  const u8 type = in.get<u8>();
  require_snapshot(contract::is_side(side) && contract::is_order_type(type), "unknown side or type");
  order.side = static_cast<Side>(side);
  order.type = static_cast<OrderType>(type);
  order.state = get_state(in);
  order.flatten = in.flag();
  order.price = in.get<i64>();
  order.quantity = in.get<i64>();
  order.cum = in.get<i64>();
  require_snapshot(order.cum >= 0 && order.cum < order.quantity, "an open order without leaves");
  order.created = in.time();
  order.signal_id = in.get<u64>();
  order.last_exec_id = in.get<u64>();
  order.has_pending = in.flag();
  order.pending_price = in.get<i64>();
  order.pending_quantity = in.size();
  order.at_venue = in.flag();
  order.venue_price = in.get<i64>();
  order.venue_quantity = in.size();
  order.venue_cum = in.size();
  order.resting = in.flag();
  order.ahead = in.get<i64>();
  order.level = in.size();
  order.traded = in.saturated();
  const i64 most = quantity_bound(engine, order.symbol);
  require_snapshot(order.quantity <= most && order.pending_quantity <= most && order.venue_quantity <= most,
                   "an order's quantity out of range");
  check_price(engine, order.symbol, order.price);
  if (order.has_pending) check_price(engine, order.symbol, order.pending_price);
  if (order.at_venue) check_price(engine, order.symbol, order.venue_price);
  require_snapshot(order.has_pending
                       ? order.state == OrderState::PendingReplace || order.state == OrderState::PendingCancel
                       : order.state != OrderState::PendingReplace,
                   "a replacement that is under way, and not");
  require_snapshot(order.ahead >= -1 && order.ahead <= kPriceMax, "a queue out of range");
  require_snapshot(!order.at_venue || order.venue_cum < order.venue_quantity,
                   "an order at the venue without leaves");
  require_snapshot(order.at_venue || !order.resting, "an order that rests nowhere");
  require_snapshot(!order.at_venue || engine.config.venue.simulated(),
                   "an order at a venue that is not ours");
  require_snapshot(
      (order.has_pending || (order.pending_price | order.pending_quantity) == 0) &&
          (order.at_venue || (order.venue_price | order.venue_quantity | order.venue_cum) == 0) &&
          (order.resting || (order.ahead | order.level | order.traded) == 0),
      "an absent value is not zero");
  return order;
}

Message get_message(SnapshotReader& in, EngineState& engine) {
  Message message;
  message.arrival = in.arrival();
  const u8 kind = in.get<u8>();
  require_snapshot(kind >= number(MessageKind::New) && kind <= number(MessageKind::Replace),
                   "unknown message");
  message.kind = static_cast<MessageKind>(kind);
  message.order_id = in.get<u64>();
  message.price = in.get<i64>();
  message.quantity = in.get<i64>();
  if (message.kind == MessageKind::Cancel) {
    require_snapshot(message.price == 0 && message.quantity == 0, "a cancel with a price or quantity");
    return message;
  }
  const Order* order = engine.orders.find(message.order_id);
  require_snapshot(message.quantity > 0, "a message without a quantity");
  if (message.kind == MessageKind::New) {
    require_snapshot(order != nullptr && !order->at_venue, "a new order that is not open, or there already");
  }
  if (order == nullptr) return message;
  require_snapshot(message.quantity <= quantity_bound(engine, order->symbol),
                   "a message's quantity out of range");
  check_price(engine, order->symbol, message.price);
  return message;
}

Report get_report(SnapshotReader& in, EngineState& engine) {
  Report report;
  report.due = in.get<i64>();
  report.ts = in.get<i64>();
  const u8 trigger = in.get<u8>();
  require_snapshot(contract::is_trigger(trigger), "unknown trigger");
  report.trigger = static_cast<Trigger>(trigger);
  report.order_id = in.get<u64>();
  report.exec_id = in.get<u64>();
  report.price = in.get<i64>();
  report.quantity = in.get<i64>();
  report.liquidity = in.get<u8>();
  report.reason = in.get<u8>();
  const u16 code = in.get<u16>();
  require_snapshot(contract::is_code(code), "unknown code");
  report.code = static_cast<Code>(code);
  report.cause_event = in.get<u64>();
  if (report.trigger != Trigger::Fill) {
    require_snapshot(report.liquidity == 0 && report.reason == 0, "an absent value is not zero");
    return report;
  }
  require_snapshot(report.quantity > 0 && contract::is_liquidity(report.liquidity) &&
                       contract::is_fill_reason(report.reason),
                   "a fill of nothing");
  const Order* order = engine.orders.find(report.order_id);
  if (order != nullptr) check_price(engine, order->symbol, report.price);
  return report;
}

}  // namespace

void get_orders(SnapshotReader& in, EngineState& engine) {
  const u32 count = in.get<u32>();
  require_snapshot(count <= engine.orders.capacity(), "more open orders than the capacity");
  u64 last = 0;
  for (u32 i = 0; i < count; ++i) {
    const Order order = get_order(in, engine);
    require_snapshot(order.id > last && order.id <= engine.last_order_id, "order ids are not ascending");
    last = order.id;
    SymbolState& state = engine.symbols[order.symbol];
    recount(engine, engine.orders.add(order, state));
    const i64 most = quantity_bound(engine, order.symbol);
    const SymbolTrading& trading = engine.trading[order.symbol];
    require_snapshot(trading.buy_leaves <= most && trading.sell_leaves <= most, "open orders out of range");
    if (order.at_venue) ++state.orders_at_venue;
  }
}

void get_messages(SnapshotReader& in, EngineState& engine) {
  const auto count = [&] {
    const u32 number = in.get<u32>();
    require_snapshot(number == 0 || engine.config.venue.simulated(),
                     "business with a venue that is not ours");
    return number;
  };
  const u32 messages = count();
  for (u32 i = 0; i < messages; ++i) engine.inbound.push(get_message(in, engine));
  const u32 reports = count();
  for (u32 i = 0; i < reports; ++i) engine.reports.push(get_report(in, engine));
}

}  // namespace quartet::edge
