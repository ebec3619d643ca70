// Rows 13 to 17: buying power, positions, concentration, leverage (spec 9.3).
#include "quartet/account/exposures.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

Refusal test_margin(EngineState& engine, const OrderTest& test) {
  const Limit& own =
      own_or(engine.instrument(test.symbol).initial_margin_ppb, engine.limits.initial_margin_ppb);
  if (!own) return {};
  const i128 equity = engine.ledger.equity;
  const i128 notional = absolute(notional_with(engine, test));
  if (margins_surely_pass(engine, gross_with(engine, test, notional))) return {};
  const i128 margins = refresh_margins(engine);
  const i128 sum = plus(minus(margins, engine.margins[test.symbol]), cap(*own, notional));
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
bool held_without(const EngineState& engine, const OrderTest& test) {
  const SymbolTrading& trading = engine.trading[test.symbol];
  const i64 replaced = test.replaced != nullptr ? test.replaced->counted_leaves : 0;
  const i64 buys = trading.buy_leaves - (test.buying() ? replaced : 0);
  const i64 sells = trading.sell_leaves - (test.buying() ? 0 : replaced);
  return worst_position(engine.symbols[test.symbol].position, buys, sells) != 0;
}

// Tests an amount against a share of the equity; what the limit is in money is worked out for refusals alone.
Refusal test_share(const EngineState& engine, Code code, i64 share_ppb, i128 amount) {
  if (surely_within_share(amount, share_ppb, engine.ledger.equity)) return {};
  const i128 most = cap(share_ppb, engine.ledger.equity);
  if (amount > most) return {code, most, amount};
  return {};
}

// The bounds that the drift leaves settle most orders; the others wait for exact sums.
Refusal test_leverage(EngineState& engine, const OrderTest& test, i128 notional) {
  const RiskLimits& limits = engine.limits;
  const ExposureSums& sums = engine.sums;
  const i128 equity = engine.ledger.equity;
  const i128 size = absolute(notional);
  // As valued by now.
  const auto own = [&] {
    return engine.trading[test.symbol].exposure.notional(engine.symbols[test.symbol].multiplier);
  };
  if (const Limit& share = limits.max_leverage_ppb;
      share && !surely_within_share(gross_with(engine, test, notional), *share, equity)) {
    refresh_marks(engine);
    const i128 gross = plus(minus(sums.gross, absolute(own())), size);
    if (const Refusal refusal = test_share(engine, Code::Leverage, *share, gross)) return refusal;
  }
  const auto net = [&] { return absolute(plus(minus(sums.net, own()), notional)); };
  if (const Limit& share = limits.max_net_leverage_ppb;
      share && !surely_within_share(plus(net(), sums.drift), *share, equity)) {
    refresh_marks(engine);
    if (const Refusal refusal = test_share(engine, Code::Leverage, *share, net())) return refusal;
  }
  return {};
}

}  // namespace

Refusal test_buying_power(EngineState& engine, const OrderTest& test) {
  if (engine.config.account.account_type == number(AccountType::Cash)) return test_cash(engine, test);
  return test_margin(engine, test);
}

Refusal test_exposure(EngineState& engine, const OrderTest& test) {
  const InstrumentKind& instrument = engine.instrument(test.symbol);
  const RiskLimits& limits = engine.limits;
  const i128 notional = notional_with(engine, test);
  const i128 size = absolute(notional);
  if (const Limit& weight = own_or(instrument.max_position_weight_ppb, limits.max_position_weight_ppb)) {
    if (const Refusal refusal = test_share(engine, Code::MaxPosition, *weight, size)) return refusal;
  }
  if (const Limit& most = own_or(instrument.max_position_quantity, limits.max_position_quantity)) {
    const i128 worst = absolute(test.worst);
    if (worst > *most) return {Code::MaxPosition, *most, worst};
  }
  if (limits.max_positions && !held_without(engine, test)) {
    const i64 count =
        i64{engine.sums.symbols} - (engine.trading[test.symbol].exposure.worst != 0) + (test.worst != 0);
    if (count > *limits.max_positions) return {Code::MaxPositions, *limits.max_positions, count};
  }
  if (limits.max_concentration_ppb) {
    const Refusal refusal = test_share(engine, Code::Concentration, *limits.max_concentration_ppb, size);
    if (refusal) return refusal;
  }
  return test_leverage(engine, test, notional);
}

}  // namespace quartet
