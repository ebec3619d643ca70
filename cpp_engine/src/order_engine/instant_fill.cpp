// SUBMIT, one fill and the end of an order in one step.
#include "quartet/order_engine/instant_fill.hpp"

#include "quartet/account/account.hpp"
#include "quartet/execution_engine/venue_book.hpp"

namespace quartet {

bool fills_at_once(const EngineState& engine, const OrderTest& test) {
  const VenueConfig& venue = engine.config.venue;
  if (!engine.records.muted() || test.type != OrderType::Market || !venue.simulated()) return false;
  if (venue.order_latency_ns != 0 || venue.response_latency_ns != 0) return false;
  const SymbolState& state = engine.symbols[test.symbol];
  if (state.frozen() || engine.instrument(test.symbol).fills_on_bars()) return false;
  const bool buy = test.buying();
  if (!(buy ? state.has_ask() && state.ask_price <= test.price
            : state.has_bid() && state.bid_price >= test.price)) {
    return false;
  }
  const i64 displayed = buy ? state.ask_size : state.bid_size;
  const i64 taken = venue::taken(state, test.side);
  return taken < displayed && test.quantity <= displayed - taken &&
         test.conflict_action == ConflictAction::None;
}

void fill_at_once(EngineState& engine, const OrderTest& test) {
  SymbolState& state = engine.symbols[test.symbol];
  ++engine.last_exec_id;
  venue::add_taken(state, test.side, test.quantity);
  const i64 price = test.buying() ? state.ask_price : state.bid_price;
  book_fill(engine, test.symbol, test.side, test.quantity, price, Liquidity::Taker);
  ++engine.counters.fills;
}

}  // namespace quartet
