// SUBMIT, one fill and the end of an order in one step.
#include "quartet/order_engine/instant_fill.hpp"

#include "quartet/account/account.hpp"
#include "quartet/execution_engine/venue_book.hpp"
#include "quartet/order_engine/order_records.hpp"

namespace quartet {

namespace {

struct Fill {
  i64 price;
  i128 fee;
};

Fill book_at_once(EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  const i64 price = test.buying() ? state.ask_price : state.bid_price;
  ++engine.last_exec_id;
  ++engine.counters.fills;
  venue::add_taken(engine, test.symbol, test.side, test.quantity);
  return {price, book_fill(engine, test.symbol, test.side, test.quantity, price, Liquidity::Taker)};
}

// The fill with the records of an order's life around it.
void write_life(EngineState& engine, const OrderTest& test, u64 id) {
  Order order;
  order.id = id;
  order.symbol = test.symbol;
  order.side = test.side;
  order.type = test.type;
  order.state = OrderState::PendingNew;
  order.price = test.price;
  order.quantity = test.quantity;
  order.signal_id = engine.trading[test.symbol].signal_id;
  write_transition(engine, order, OrderState::Created, Trigger::Submit, Code::None, 0);
  const auto [price, fee] = book_at_once(engine, test);
  order.cum = test.quantity;
  order.state = OrderState::Filled;
  write_fill(engine, order,
             {.ts = engine.now,
              .exec_id = engine.last_exec_id,
              .price = price,
              .quantity = test.quantity,
              .liquidity = number(Liquidity::Taker),
              .reason = number(FillReason::Aggressive),
              .cause_event = engine.event_index},
             fee);
  write_transition(engine, order, OrderState::PendingNew, Trigger::Fill, Code::None, engine.now);
  write_account(engine, AccountCause::Fill, test.symbol);
}

}  // namespace

bool fills_at_once(const EngineState& engine, const OrderTest& test) {
  const VenueConfig& venue = engine.config.venue;
  if (test.type != OrderType::Market || !venue.simulated()) return false;
  if (venue.order_latency_ns != 0 || venue.response_latency_ns != 0 || !engine.reports.empty()) return false;
  const SymbolState& state = engine.symbols[test.symbol];
  if (state.frozen() || engine.instrument(test.symbol).fills_on_bars()) return false;
  const bool buy = test.buying();
  if (!(buy ? state.has_ask() && state.ask_price <= test.price
            : state.has_bid() && state.bid_price >= test.price)) {
    return false;
  }
  const i64 displayed = buy ? state.ask_size : state.bid_size;
  const i64 taken = venue::taken(engine, test.symbol, test.side);
  return taken < displayed && test.quantity <= displayed - taken &&
         test.conflict_action == ConflictAction::None;
}

void fill_at_once(EngineState& engine, const OrderTest& test, u64 id) {
  if (engine.records.muted()) {
    book_at_once(engine, test);
  } else {
    write_life(engine, test, id);
  }
}

}  // namespace quartet
