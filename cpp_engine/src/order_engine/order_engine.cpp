// Creating, canceling and replacing orders (spec 9.2, 9.7, 9.9).
#include "quartet/order_engine/order_engine.hpp"

#include <algorithm>

#include "quartet/account/exposures.hpp"
#include "quartet/execution_engine/venue.hpp"
#include "quartet/order_engine/instant_fill.hpp"
#include "quartet/order_engine/order_records.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

void send_replace(EngineState& engine, Order& order, i64 price, i64 leaves) {
  const OrderState from = order.state;
  const i64 quantity = order.cum + leaves;
  order.state = OrderState::PendingReplace;
  order.has_pending = true;
  order.pending_price = price;
  order.pending_quantity = quantity;
  recount(engine, order);
  write_order(engine, order,
              {from, order.state, Trigger::RequestReplace, Code::None, price, quantity, 0, 0, 0});
  send_message(engine, MessageKind::Replace, order, price, quantity);
}

// What becomes of the orders that this one could have met (spec 9.9).
void treat_conflicts(EngineState& engine, const OrderTest& test) {
  i64 rest = test.desired_quantity;
  for (const u64 id : engine.conflicts) {
    Order* order = engine.orders.find(id);
    if (order == nullptr) continue;
    if (test.conflict_action == ConflictAction::Cancel) {
      if (order->working()) request_cancel(engine, *order);
      continue;
    }
    const i64 lost = std::min(rest, order->leaves());
    rest -= lost;
    if (lost == 0) continue;
    if (lost == order->leaves()) {
      request_cancel(engine, *order);
    } else {
      send_replace(engine, *order, order->price, order->leaves() - lost);
    }
  }
}

// What an open buy may cost, in an account of type CASH (spec 9.5).
[[gnu::noinline]] void reserve_cash(EngineState& engine, Order& order, i64 price, i64 leaves) {
  const i128 cost = money(price, leaves, engine.instrument(order.symbol).multiplier);
  const i128 reserved = cost + cap(engine.config.venue.taker_fee_ppb, cost);
  engine.ledger.reserved += reserved - order.reserved;
  order.reserved = reserved;
}

void remember_refusal(EngineState& engine, u32 symbol, Side side, OrderType type, i64 price, i64 quantity) {
  engine.trading[symbol].extras.make().retry[side_index(side)] = {true, number(type), price, quantity,
                                                                  engine.now};
}

void refuse_new(EngineState& engine, Order& order, const OrderTest& test, const Refusal& refusal) {
  order.symbol = test.symbol;
  order.side = test.side;
  order.type = test.type;
  ++engine.counters.risk_rejects;
  write_order(engine, order,
              {OrderState::Created, OrderState::RiskRejected, Trigger::RiskReject, refusal.code, test.price,
               test.quantity, refusal.limit, refusal.value, 0});
  remember_refusal(engine, test.symbol, test.side, test.type, test.desired_price, test.desired_quantity);
  if (refusal.code == Code::SelfTrade && test.conflict_action != ConflictAction::None)
    treat_conflicts(engine, test);
}

}  // namespace

void create_order(EngineState& engine, const NewOrder& wanted) {
  SymbolState& state = engine.symbols[wanted.symbol];
  OrderTest test;
  test.symbol = wanted.symbol;
  test.side = wanted.side;
  test.type = wanted.type;
  test.price = test.desired_price = wanted.price;
  test.quantity = test.desired_quantity = wanted.quantity;
  test.flatten = wanted.flatten;
  const u64 id = ++engine.last_order_id;
  ++engine.counters.orders;
  const Refusal refusal = test_order(engine, test);
  if (refusal) [[unlikely]] {
    Order refused;
    refused.id = id;
    refused.signal_id = engine.trading[wanted.symbol].signal_id;
    refuse_new(engine, refused, test, refusal);
    return;
  }
  charge_order(engine, test);
  if (fills_at_once(engine, test)) {
    fill_at_once(engine, test, id);
    return;
  }
  if (test.conflict_action != ConflictAction::None) treat_conflicts(engine, test);
  Order& order = engine.orders.open(id, state);
  order.symbol = wanted.symbol;
  order.side = wanted.side;
  order.type = wanted.type;
  order.flatten = wanted.flatten;
  order.price = test.price;
  order.quantity = test.quantity;
  order.created = engine.now;
  order.signal_id = engine.trading[wanted.symbol].signal_id;
  order.state = OrderState::PendingNew;
  const i64 more = count_leaves(engine, order);
  write_transition(engine, order, OrderState::Created, Trigger::Submit, Code::None, 0);
  send_message(engine, MessageKind::New, order, order.price, order.quantity);
  // An order that is over by now has moved the exposure by its fills alone.
  if (order.id == id) move_exposure(engine, state, wanted.symbol, more);
}

void request_cancel(EngineState& engine, Order& order) {
  const OrderState from = order.state;
  order.state = OrderState::PendingCancel;
  recount(engine, order);
  write_transition(engine, order, from, Trigger::RequestCancel, Code::UserCancel, 0);
  send_message(engine, MessageKind::Cancel, order, 0, 0);
}

void request_replace(EngineState& engine, Order& order, i64 price, i64 leaves) {
  OrderTest test;
  test.symbol = order.symbol;
  test.side = order.side;
  test.type = order.type;
  test.price = test.desired_price = price;
  test.quantity = test.desired_quantity = leaves;
  test.replaced = &order;
  test.same_terms = price == order.price && leaves <= order.leaves();
  const Refusal refusal = test_order(engine, test);
  if (refusal) {
    ++engine.counters.risk_rejects;
    write_order(engine, order,
                {order.state, order.state, Trigger::RiskReject, refusal.code, price, order.cum + leaves,
                 refusal.limit, refusal.value, 0});
    remember_refusal(engine, order.symbol, order.side, order.type, price, leaves);
    if (refusal.code == Code::SelfTrade && test.conflict_action != ConflictAction::None)
      treat_conflicts(engine, test);
    return;
  }
  charge_order(engine, test);
  send_replace(engine, order, price, leaves);
}

void cancel_all(EngineState& engine, u32 symbol) {
  const bool all = symbol == kNoSymbol;
  engine.walked.clear();
  for (u32 slot = all ? engine.orders.first() : engine.symbols[symbol].first_order; slot != kNoOrder;
       slot = all ? engine.orders[slot].next : engine.orders[slot].symbol_next) {
    engine.walked.push_back(engine.orders[slot].id);
  }
  for (const u64 id : engine.walked) {
    Order* order = engine.orders.find(id);
    if (order != nullptr && order->working()) request_cancel(engine, *order);
  }
}

bool held_back(const EngineState& engine, u32 symbol, Side side, OrderType type, i64 price, i64 quantity) {
  const RetryMemory& memory = engine.trading[symbol].extras->retry[side_index(side)];
  if (!memory.has || memory.price != price || memory.quantity != quantity || memory.type != number(type))
    return false;
  return i128{engine.now} - memory.ts < engine.config.reconciler.retry_after_ns;
}

i64 count_leaves(EngineState& engine, Order& order) {
  SymbolTrading& trading = engine.trading[order.symbol];
  i64 leaves = order.leaves();
  i64 price = order.price;
  if (order.has_pending &&
      (order.state == OrderState::PendingReplace || order.state == OrderState::PendingCancel)) {
    leaves = std::max(leaves, order.pending_quantity - order.cum);
    price = std::max(price, order.pending_price);
  }
  if (order.state == OrderState::Created || contract::is_terminal(order.state)) leaves = 0;
  const i64 more = leaves - order.counted_leaves;
  order.counted_leaves = leaves;
  (order.side == Side::Buy ? trading.buy_leaves : trading.sell_leaves) += more;
  if (order.side == Side::Buy && engine.config.account.account_type == number(AccountType::Cash)) {
    reserve_cash(engine, order, price, leaves);
  }
  return more;
}

void recount(EngineState& engine, Order& order) {
  const i64 more = count_leaves(engine, order);
  if (more != 0) move_exposure(engine, engine.symbols[order.symbol], order.symbol, more);
}

}  // namespace quartet
