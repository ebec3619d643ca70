// What reports do to our orders (spec 7.3, 9.8).
#include "quartet/account/account.hpp"
#include "quartet/order_engine/order_engine.hpp"
#include "quartet/order_engine/order_records.hpp"

namespace quartet {
namespace {

bool is_fill(Trigger trigger) { return trigger == Trigger::Fill || trigger == Trigger::PartialFill; }

void fill_order(EngineState& engine, Order& order, const Report& report) {
  order.cum += report.quantity;
  order.last_exec_id = report.exec_id;
  const i128 fee = book_fill(engine, order.symbol, order.side, report.quantity, report.price,
                             static_cast<Liquidity>(report.liquidity));
  ++engine.counters.fills;
  write_fill(engine, order, report, fee);
}

// A refused order is remembered as it was desired: a MARKET order without its collar price (spec 10.6).
void remember_venue_reject(EngineState& engine, const Order& order) {
  const i64 price = order.type == OrderType::Market ? 0 : order.price;
  engine.trading[order.symbol].extras.make().retry[side_index(order.side)] = {true, number(order.type), price,
                                                                              order.quantity, engine.now};
}

OrderState state_after(const Order& order, u8 next) {
  if (next != contract::kLive) return static_cast<OrderState>(next);
  return order.cum == 0 ? OrderState::New : OrderState::PartiallyFilled;
}

void settle_replace(Order& order, Trigger trigger) {
  if (!order.has_pending) return;
  if (trigger == Trigger::Replace) {
    order.price = order.pending_price;
    order.quantity = order.pending_quantity;
  }
  const bool answered = trigger == Trigger::Replace || trigger == Trigger::ReplaceReject;
  const bool waits = order.state == OrderState::PendingReplace || order.state == OrderState::PendingCancel;
  if (!answered && waits) return;
  order.has_pending = false;
  order.pending_price = 0;
  order.pending_quantity = 0;
}

}  // namespace

bool apply_report(EngineState& engine, Order& order, const Report& report) {
  Trigger trigger = report.trigger;
  const bool fill = is_fill(trigger);
  if (fill) {
    if (report.quantity > order.leaves()) return false;
    trigger = report.quantity < order.leaves() ? Trigger::PartialFill : Trigger::Fill;
  }
  const u8 next = contract::next_state(number(order.state), number(trigger));
  if (next == 0) return false;
  const OrderState from = order.state;
  if (fill) fill_order(engine, order, report);
  order.state = state_after(order, next);
  settle_replace(order, trigger);
  const i64 more = count_leaves(engine, order);
  // What a fill takes from the leaves it adds to the position, whose change is known already.
  if (more != 0 && !(fill && more == -report.quantity)) {
    move_exposure(engine, engine.symbols[order.symbol], order.symbol, more);
  }
  write_transition(engine, order, from, trigger, report.code, report.ts);
  if (fill) write_account(engine, AccountCause::Fill, order.symbol);
  if (trigger == Trigger::VenueReject) {
    ++engine.counters.venue_rejects;
    remember_venue_reject(engine, order);
  }
  if (order.state == OrderState::Canceled) ++engine.counters.cancels;
  if (contract::is_terminal(order.state)) engine.orders.remove(order, engine.symbols[order.symbol]);
  return true;
}

void apply_venue_report(EngineState& engine, Order& order, const Report& report) {
  if (!apply_report(engine, order, report)) engine.fail("a report of the simulated venue fits no transition");
}

void apply_due_reports(EngineState& engine) {
  while (!engine.reports.empty() && engine.reports.front().due <= engine.now) {
    const Report report = engine.reports.front();
    engine.reports.pop();
    Order* order = engine.orders.find(report.order_id);
    if (order == nullptr) {
      ++engine.counters.late_reports;
    } else {
      apply_venue_report(engine, *order, report);
    }
  }
}

}  // namespace quartet
