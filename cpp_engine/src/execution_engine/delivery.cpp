// What the venue does with messages, and lives that run out (spec 7.1, 7.2, 7.5, 7.9, 7.10).
#include "quartet/execution_engine/venue.hpp"
#include "quartet/execution_engine/venue_book.hpp"
#include "quartet/order_engine/order_engine.hpp"

namespace quartet {
namespace {

using venue::leave_with;

// NEW where the fill model is BOOK (spec 7.5).
void meet_book(EngineState& engine, Order& order, i64 ts) {
  const bool frozen = engine.symbols[order.symbol].frozen();
  switch (order.type) {
    case OrderType::Market:
    case OrderType::Ioc:
    case OrderType::Fok:
      if (frozen) {
        leave_with(engine, order, ts, Trigger::Cancel, Code::MarketHalted);
      } else if (order.type == OrderType::Fok &&
                 venue::available(engine, order, order.venue_price) < order.venue_leaves()) {
        leave_with(engine, order, ts, Trigger::Cancel, Code::FokUnfillable);
      } else if (!venue::take(engine, order, ts)) {
        leave_with(engine, order, ts, Trigger::Cancel, Code::NoLiquidity);
      }
      break;
    case OrderType::PostOnly:
      if (!frozen && venue::would_take(engine, order, order.venue_price)) {
        leave_with(engine, order, ts, Trigger::VenueReject, Code::PostOnlyWouldTake);
        break;
      }
      venue::report(engine, order, ts, Trigger::Ack, Code::None);
      venue::start_resting(engine, order);
      break;
    case OrderType::Limit:
      venue::report(engine, order, ts, Trigger::Ack, Code::None);
      if (frozen || !venue::take(engine, order, ts)) venue::start_resting(engine, order);
      break;
  }
}

void deliver_new(EngineState& engine, Order& order, const Message& message, i64 ts) {
  order.at_venue = true;
  order.venue_price = message.price;
  order.venue_quantity = message.quantity;
  order.venue_cum = 0;
  ++engine.symbols[order.symbol].orders_at_venue;
  if (!engine.instrument(order.symbol).fills_on_bars()) {
    meet_book(engine, order, ts);
  } else if (order.type == OrderType::Limit || order.type == OrderType::PostOnly) {
    venue::report(engine, order, ts, Trigger::Ack, Code::None);
  }
}

void deliver_replace(EngineState& engine, Order& order, const Message& message, i64 ts) {
  if (message.quantity <= order.venue_cum) {
    leave_with(engine, order, ts, Trigger::Cancel, Code::ReplaceBelowCum);
    return;
  }
  const bool on_bars = engine.instrument(order.symbol).fills_on_bars();
  const bool frozen = engine.symbols[order.symbol].frozen();
  const bool post_only = order.type == OrderType::PostOnly;
  if (post_only && !on_bars && !frozen && venue::would_take(engine, order, message.price)) {
    venue::report(engine, order, ts, Trigger::ReplaceReject, Code::PostOnlyWouldTake);
    return;
  }
  const bool keeps_place = message.price == order.venue_price && message.quantity <= order.venue_quantity;
  order.venue_price = message.price;
  order.venue_quantity = message.quantity;
  venue::report(engine, order, ts, Trigger::Replace, Code::None);
  if (keeps_place || on_bars) return;
  order.resting = false;
  if (order.type == OrderType::Limit && !frozen && venue::take(engine, order, ts)) return;
  venue::start_resting(engine, order);
}

void deliver(EngineState& engine, Order& order, const Message& message, i64 ts) {
  const bool cancel = message.kind == MessageKind::Cancel;
  if (message.kind == MessageKind::New) {
    if (!order.at_venue) deliver_new(engine, order, message, ts);
  } else if (!order.at_venue) {
    venue::report(engine, order, ts, cancel ? Trigger::CancelReject : Trigger::ReplaceReject, Code::None);
  } else if (cancel) {
    leave_with(engine, order, ts, Trigger::Cancel, Code::UserCancel);
  } else {
    deliver_replace(engine, order, message, ts);
  }
}

// A message that has been under way, whose order may be gone; a NEW says nothing then.
void deliver_arrival(EngineState& engine, const Message& message) {
  Order* order = engine.orders.find(message.order_id);
  if (order != nullptr) {
    deliver(engine, *order, message, message.arrival);
  } else if (message.kind != MessageKind::New) {
    Order gone;
    gone.id = message.order_id;
    deliver(engine, gone, message, message.arrival);
  }
}

}  // namespace

void send_message(EngineState& engine, MessageKind kind, Order& order, i64 price, i64 quantity) {
  const VenueConfig& config = engine.config.venue;
  if (!config.simulated()) return;
  const Message message{engine.now + config.order_latency_ns, kind, order.id, price, quantity};
  if (config.order_latency_ns > 0) {
    engine.inbound.push(message);
    return;
  }
  // Reports that wait already come first.
  engine.answers_at_once = config.response_latency_ns == 0 && engine.reports.empty();
  deliver(engine, order, message, engine.now);
  engine.answers_at_once = false;
  if (config.response_latency_ns == 0 && !engine.reports.empty()) apply_due_reports(engine);
}

void deliver_arrivals(EngineState& engine, i64 ts_event) {
  while (!engine.inbound.empty() && engine.inbound.front().arrival < ts_event) {
    const Message message = engine.inbound.front();
    engine.inbound.pop();
    deliver_arrival(engine, message);
  }
}

void expire_orders(EngineState& engine, i64 ts_event) {
  const i64 ttl = engine.config.reconciler.order_ttl_ns;
  for (u32 slot = engine.orders.first(); slot != kNoOrder; slot = engine.orders[slot].next) {
    Order& order = engine.orders[slot];
    const i64 expire = order.created + ttl;
    if (expire > ts_event) break;  // later ones were created no earlier
    if (order.at_venue) leave_with(engine, order, expire, Trigger::Expire, Code::TimeInForce);
  }
}

}  // namespace quartet
