// The order of the pre-trade rows, and who is exempt from which (spec 9.3, 8.6, 9.7).
#include "quartet/account/exposures.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

// Without risk checks only the collar price and the capacity are left (spec 9.3).
Refusal test_without_risk(EngineState& engine, OrderTest& test) {
  if (test.type == OrderType::Market) {
    if (const Refusal refusal = test_collar(engine, test)) return refusal;
  }
  const i64 open = i64{engine.orders.size()} + 1;
  if (test.replaced == nullptr && open > engine.orders.capacity()) {
    return {Code::OpenOrders, engine.orders.capacity(), open};
  }
  return {};
}

// The bounds again, after what makes them wide has been valued: all that is stale, and marks that have moved
// by more than a part of what is allowed, so that they are not valued for every order.
bool account_passes_when_valued(EngineState& engine, const OrderTest& test) {
  refresh_exposures(engine);
  if (engine.sums.drift > engine.bounds.gross_most >> 3) refresh_marks(engine);
  return account_surely_passes(engine, test);
}

// Rows 13 to 21.
Refusal test_account(EngineState& engine, const OrderTest& test) {
  if (test.reducing || test.same_terms) return {};
  if (!account_surely_passes(engine, test) && !account_passes_when_valued(engine, test)) {
    if (const Refusal refusal = test_buying_power(engine, test)) return refusal;
    if (const Refusal refusal = test_exposure(engine, test)) return refusal;
    if (const Refusal refusal = test_value_at_risk(engine, test)) return refusal;
  }
  return test_latches(engine, test);
}

// Rows 1 to 9, or what is left of them without risk checks.
Refusal test_by_itself(EngineState& engine, OrderTest& test) {
  if (!test.flatten) {
    if (const Refusal refusal = test_standing(engine, test)) return refusal;
  }
  if (const Refusal refusal = test_terms(engine, test)) return refusal;
  if (const Refusal refusal = test_market(engine, test)) return refusal;
  if (!engine.config.check_risk) return test_without_risk(engine, test);
  if (!test.flatten) {
    if (const Refusal refusal = test_data_age(engine, test)) return refusal;
  }
  if (!test.same_terms) {
    if (const Refusal refusal = test_collar(engine, test)) return refusal;
    if (!test.flatten) {
      if (const Refusal refusal = test_size(engine, test)) return refusal;
    }
  }
  return {};
}

}  // namespace

void place_in_exposure(const EngineState& engine, OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  test.buys = engine.trading[test.symbol].buy_leaves;
  test.sells = engine.trading[test.symbol].sell_leaves;
  const i64 added = test.quantity - (test.replaced != nullptr ? test.replaced->counted_leaves : 0);
  (test.buying() ? test.buys : test.sells) += added;
  test.worst = worst_position(state.position, test.buys, test.sells);
  test.reducing = test.buying() ? state.position < 0 && state.position + test.buys <= 0
                                : state.position > 0 && state.position - test.sells >= 0;
  test.short_sale = !test.buying() && state.position - test.sells < 0;
}

Refusal test_order(EngineState& engine, OrderTest& test) {
  place_in_exposure(engine, test);
  const bool checked = engine.config.check_risk;
  if (!checked || !order_surely_passes(engine, test)) {
    const Refusal refusal = test_by_itself(engine, test);
    if (refusal || !checked) return refusal;
  }
  if (!test.flatten) {
    if (const Refusal refusal = test_duplicate(engine, test)) return refusal;
    if (const Refusal refusal = test_rate(engine, test)) return refusal;
  }
  if (const Refusal refusal = test_self_trade(engine, test)) return refusal;
  if (const Refusal refusal = test_open_orders(engine, test)) return refusal;
  return test_account(engine, test);
}

}  // namespace quartet
