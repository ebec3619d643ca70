// Rows 13 to 17: buying power, positions, concentration, leverage (spec 9.3).
#include "quartet/account/exposures.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

i128 own_notional(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  return money(state.mark_or_zero(), test.worst, state.multiplier);
}

Refusal test_margin(EngineState& engine, const OrderTest& test) {
  const Limit& own =
      own_or(engine.instrument(test.symbol).initial_margin_ppb, engine.limits.initial_margin_ppb);
  if (!own) return {};
  const SymbolState& state = engine.symbols[test.symbol];
  const i128 equity = engine.ledger.equity;
  const i128 notional = absolute(own_notional(engine, test));
  // No symbol's margin is above the largest rate on its notional, rounded up: often that settles it.
  const i128 gross = plus(minus(engine.sums.gross, absolute(state.exposure.notional)), notional);
  const i128 bound =
      plus(cap(engine.largest_margin_ppb, gross), i128{static_cast<i64>(engine.symbols.size())} + 1);
  if (bound <= equity) return {};
  const i128 margins = refresh_margins(engine);
  const i128 sum = plus(minus(margins, state.exposure.margin), cap(*own, notional));
  if (sum > equity) return {Code::BuyingPower, equity, sum};
  return {};
}

Refusal test_cash(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  if (!test.buying()) {
    const i64 available = state.position - (test.sells - test.quantity);
    if (test.quantity > available) return {Code::BuyingPower, available, test.quantity};
    return {};
  }
  const i128 reserved = engine.ledger.reserved - (test.replaced != nullptr ? test.replaced->reserved : 0);
  const i128 cost = money(test.price, test.quantity, state.multiplier);
  const i128 need = cost + cap(engine.config.venue.taker_fee_ppb, cost);
  const i128 available = engine.ledger.cash - reserved;
  if (need > available) return {Code::BuyingPower, available, need};
  return {};
}

// Whether the symbol has w != 0 without the order under test, and without the one that it replaces.
bool held_without(const SymbolState& state, const OrderTest& test) {
  const i64 replaced = test.replaced != nullptr ? test.replaced->counted_leaves : 0;
  const i64 buys = state.buy_leaves - (test.buying() ? replaced : 0);
  const i64 sells = state.sell_leaves - (test.buying() ? 0 : replaced);
  return worst_position(state.position, buys, sells) != 0;
}

Refusal test_leverage(const EngineState& engine, const OrderTest& test, i128 notional) {
  const RiskLimits& limits = engine.limits;
  const SymbolState& state = engine.symbols[test.symbol];
  if (limits.max_leverage_ppb) {
    const i128 most = cap(*limits.max_leverage_ppb, engine.ledger.equity);
    const i128 gross = plus(minus(engine.sums.gross, absolute(state.exposure.notional)), absolute(notional));
    if (gross > most) return {Code::Leverage, most, gross};
  }
  if (limits.max_net_leverage_ppb) {
    const i128 most = cap(*limits.max_net_leverage_ppb, engine.ledger.equity);
    const i128 net = absolute(plus(minus(engine.sums.net, state.exposure.notional), notional));
    if (net > most) return {Code::Leverage, most, net};
  }
  return {};
}

}  // namespace

Refusal test_buying_power(EngineState& engine, const OrderTest& test) {
  if (engine.config.account.account_type == number(AccountType::Cash)) return test_cash(engine, test);
  return test_margin(engine, test);
}

Refusal test_exposure(EngineState& engine, const OrderTest& test) {
  const Instrument& instrument = engine.instrument(test.symbol);
  const RiskLimits& limits = engine.limits;
  const SymbolState& state = engine.symbols[test.symbol];
  const i128 notional = own_notional(engine, test);
  const i128 size = absolute(notional);
  if (const Limit& weight = own_or(instrument.max_position_weight_ppb, limits.max_position_weight_ppb)) {
    const i128 most = cap(*weight, engine.ledger.equity);
    if (size > most) return {Code::MaxPosition, most, size};
  }
  if (const Limit& most = own_or(instrument.max_position_quantity, limits.max_position_quantity)) {
    const i128 worst = absolute(test.worst);
    if (worst > *most) return {Code::MaxPosition, *most, worst};
  }
  if (limits.max_positions && !held_without(state, test)) {
    const i64 count =
        i64{engine.sums.symbols} - (state.exposure.worst != 0 ? 1 : 0) + (test.worst != 0 ? 1 : 0);
    if (count > *limits.max_positions) return {Code::MaxPositions, *limits.max_positions, count};
  }
  if (limits.max_concentration_ppb) {
    const i128 most = cap(*limits.max_concentration_ppb, engine.ledger.equity);
    if (size > most) return {Code::Concentration, most, size};
  }
  return test_leverage(engine, test, notional);
}

}  // namespace quartet
