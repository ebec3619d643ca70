// Rows 6 to 9: reference, collar, size, notional, share of volume (spec 9.3, 9.4).
#include <algorithm>

#include "quartet/core/fixed_point.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

i128 collar_band(const EngineState& engine, u32 symbol, i64 collar_ppb) {
  const u64 mark = magnitude(engine.symbols[symbol].mark_or_zero());
  const i128 share = static_cast<i128>(mul_div_unsigned(mark, static_cast<u64>(collar_ppb), u64{kScale}));
  return std::max<i128>(share, 2 * engine.terms(symbol).tick);
}

Refusal test_limit_price(const EngineState& engine, const OrderTest& test, i64 collar_ppb) {
  const InstrumentKind& instrument = engine.instrument(test.symbol);
  const i128 mark = engine.symbols[test.symbol].mark;
  const i128 band = collar_band(engine, test.symbol, collar_ppb);
  const Limit& far_limit = own_or(instrument.price_collar_far_ppb, engine.limits.price_collar_far_ppb);
  const i128 far_share = cap(far_limit.value_or(collar_ppb), absolute(mark));
  const i128 far = far_share > band ? far_share : band;
  const i128 low = mark - (test.buying() ? far : band);
  const i128 high = mark + (test.buying() ? band : far);
  if (test.price < low) return {Code::PriceCollar, low, test.price};
  if (test.price > high) return {Code::PriceCollar, high, test.price};
  return {};
}

}  // namespace

// What lies beyond i64 lies beyond every price.
i64 collar_price(const EngineState& engine, const OrderTest& test, i64 collar_ppb) {
  const OrderTerms& terms = engine.terms(test.symbol);
  const i64 mark = engine.symbols[test.symbol].mark;
  const i128 band = collar_band(engine, test.symbol, collar_ppb);
  const i64 price = test.buying() ? floor_to(saturate(mark + band), terms.tick)
                                  : ceil_to(saturate(mark - band), terms.tick);
  if (price > terms.price_max) return floor_to(terms.price_max, terms.tick);
  if (price < terms.price_min) return ceil_to(terms.price_min, terms.tick);
  return price;
}

Refusal test_collar(const EngineState& engine, OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  const Limit& collar =
      own_or(engine.instrument(test.symbol).price_collar_ppb, engine.limits.price_collar_ppb);
  if (test.type == OrderType::Market) {
    if (!state.has_mark) return {Code::NoReference};
    test.price = collar_price(engine, test, collar.value_or(kDefaultCollarPpb));
    return {};
  }
  if (!collar) return {};
  if (!state.has_mark) return {Code::NoReference};
  return test_limit_price(engine, test, *collar);
}

Refusal test_size(const EngineState& engine, const OrderTest& test) {
  const InstrumentKind& instrument = engine.instrument(test.symbol);
  const RiskLimits& limits = engine.limits;
  const Limit& most = own_or(instrument.max_order_quantity, limits.max_order_quantity);
  if (most && test.quantity > *most) return {Code::OrderSize, *most, test.quantity};
  const SymbolState& state = engine.symbols[test.symbol];
  const i128 notional = absolute(money(state.mark_or_zero(), test.quantity, state.multiplier));
  if (limits.max_order_notional && notional > *limits.max_order_notional) {
    return {Code::OrderNotional, *limits.max_order_notional, notional};
  }
  if (test.reducing) return {};
  if (limits.max_order_weight_ppb &&
      !surely_within_share(notional, *limits.max_order_weight_ppb, engine.ledger.equity)) {
    const i128 share = cap(*limits.max_order_weight_ppb, engine.ledger.equity);
    if (notional > share) return {Code::OrderNotional, share, notional};
  }
  if (limits.max_adv_share_ppb && instrument.adv &&
      !surely_within_share(test.quantity, *limits.max_adv_share_ppb, *instrument.adv)) {
    const i128 share = cap(*limits.max_adv_share_ppb, *instrument.adv);
    if (test.quantity > share) return {Code::AdvShare, share, test.quantity};
  }
  return {};
}

}  // namespace quartet
