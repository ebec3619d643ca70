// Rows 1 to 5, 20 and 21: levels, terms, market status, data age, latches (spec 9.3).
#include "quartet/core/fixed_point.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

bool outside_band(const EngineState& engine, const OrderTest& test) {
  if (!engine.trading[test.symbol].has_band) return false;
  const SymbolState& state = engine.symbols[test.symbol];
  i64 price = test.price;
  if (test.type == OrderType::Market) {
    const Limit& collar =
        own_or(engine.instrument(test.symbol).price_collar_ppb, engine.limits.price_collar_ppb);
    if (!state.has_mark || !collar) return false;
    price = collar_price(engine, test, *collar);
  }
  const SymbolExtras& extras = engine.trading[test.symbol].extras.get();
  return test.buying() ? price > extras.band_high : price < extras.band_low;
}

bool bad_short_sale(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  if ((state.status & contract::status::ShortSale) == 0 || !test.short_sale) return false;
  return test.type == OrderType::Market || !state.has_bid() || test.price <= state.bid_price;
}

}  // namespace

Refusal test_standing(const EngineState& engine, const OrderTest& test) {
  const Level own = engine.symbols[test.symbol].level;
  if (engine.level == Level::Killed || own == Level::Killed) return {Code::Killed};
  const bool reduce_only = engine.level == Level::ReduceOnly || own == Level::ReduceOnly;
  if (reduce_only && !test.reducing) return {Code::ReduceOnly};
  return {};
}

Refusal test_terms(const EngineState& engine, const OrderTest& test) {
  const InstrumentKind& instrument = engine.instrument(test.symbol);
  if (test.quantity <= 0 || test.quantity % instrument.lot != 0) return {Code::BadLot};
  if (test.type == OrderType::Market) return {};
  if (test.price < instrument.price_min || test.price > instrument.price_max) return {Code::BadLimitPrice};
  if (test.price % instrument.tick != 0) return {Code::BadTick};
  return {};
}

Refusal test_market(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  if (state.halted || (state.status & contract::status::Halted) != 0) return {Code::Halted};
  if ((state.status & contract::status::Closed) != 0) return {Code::Closed};
  if (outside_band(engine, test)) return {Code::LuldBand};
  if (bad_short_sale(engine, test)) return {Code::ShortSale};
  if ((state.status & contract::status::NoLocate) != 0 && test.short_sale) return {Code::NoLocate};
  if ((state.status & contract::status::Restricted) != 0) return {Code::Restricted};
  return {};
}

Refusal test_data_age(const EngineState& engine, const OrderTest& test) {
  const Limit& most = engine.limits.max_quote_age_ns;
  if (!most) return {};
  const SymbolState& state = engine.symbols[test.symbol];
  if (state.stale || !state.has_data) return {Code::StaleData, *most, 0};
  const i64 age = engine.now - state.last_ts;
  if (age > *most) return {Code::StaleData, *most, age};
  return {};
}

Refusal test_latches(const EngineState& engine, const OrderTest&) {
  const Ledger& ledger = engine.ledger;
  // A latch outlives its limit (spec 9.3, note on row 20).
  if (engine.drawdown_latched) {
    return {Code::Drawdown, cap(engine.limits.max_drawdown_ppb.value_or(0), ledger.peak),
            ledger.peak - ledger.equity};
  }
  if (engine.daily_loss_latched) {
    return {Code::DailyLoss, cap(engine.limits.max_daily_loss_ppb.value_or(0), ledger.session_open),
            ledger.session_open - ledger.equity};
  }
  return {};
}

}  // namespace quartet
