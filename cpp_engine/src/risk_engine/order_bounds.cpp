// Rows 1 to 9 of the orders that nothing is wrong with, from one line of terms (spec 9.3, 9.4).
#include <algorithm>

#include "quartet/core/fixed_point.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

constexpr i64 kAny = std::numeric_limits<i64>::max();

// No halt, status, band or level that a row would have to look at, and a mark from sound data.
bool trades_freely(const EngineState& engine, u32 symbol) {
  const SymbolState& state = engine.symbols[symbol];
  return state.has_mark && state.has_data && !state.stale && !state.halted && state.status == 0 &&
         !engine.trading[symbol].has_band && state.level == Level::Run && engine.level == Level::Run;
}

// Within two ticks of the mark every collar passes.
bool price_passes(const EngineState& engine, const OrderTerms& terms, OrderTest& test, i64 mark) {
  if (test.price < terms.price_min || test.price > terms.price_max || test.price % terms.tick != 0)
    return false;
  if (magnitude(test.price - mark) <= 2 * static_cast<u64>(terms.tick)) return true;
  return !test_collar(engine, test);
}

}  // namespace

void place_order_terms(EngineState& engine) {
  const RiskLimits& limits = engine.limits;
  const TargetPolicy& target = engine.config.policy.target;
  const bool by_quantity = !engine.config.policy.quotes() && target.sizing == number(Sizing::Quantity);
  engine.kind_terms.resize(engine.kinds.size());
  for (std::size_t i = 0; i < engine.kinds.size(); ++i) {
    const InstrumentKind& instrument = engine.kinds[i];
    OrderTerms& terms = engine.kind_terms[i];
    terms.tick = instrument.tick;
    terms.lot = instrument.lot;
    terms.price_min = instrument.price_min;
    terms.price_max = instrument.price_max;
    terms.target_most = floor_to(instrument.quantity_max, instrument.lot);
    if (by_quantity)
      terms.full_target = std::min(floor_to(target.max_quantity, instrument.lot), terms.target_most);
    terms.market_collar_ppb =
        own_or(instrument.price_collar_ppb, limits.price_collar_ppb).value_or(kDefaultCollarPpb);
    terms.quantity_most = own_or(instrument.max_order_quantity, limits.max_order_quantity).value_or(kAny);
    if (limits.max_adv_share_ppb && instrument.adv) {
      const i64 share = saturate(cap(*limits.max_adv_share_ppb, *instrument.adv));
      terms.quantity_most = std::min(terms.quantity_most, share);
    }
    terms.worst_most = own_or(instrument.max_position_quantity, limits.max_position_quantity).value_or(kAny);
  }
}

bool order_surely_passes(EngineState& engine, OrderTest& test) {
  if (test.flatten || test.replaced != nullptr) return false;
  const SymbolState& state = engine.symbols[test.symbol];
  const OrderTerms& terms = engine.terms(test.symbol);
  if (!trades_freely(engine, test.symbol)) return false;
  if (test.quantity <= 0 || test.quantity > terms.quantity_most ||
      terms.in_lots(test.quantity) != test.quantity)
    return false;
  if (engine.now - state.last_ts > engine.limits.max_quote_age_ns.value_or(kAny)) return false;
  const i128 notional = absolute(money(state.mark, test.quantity, state.multiplier));
  if (notional > bounds_now(engine).order_most) return false;
  if (test.type != OrderType::Market) return price_passes(engine, terms, test, state.mark);
  test.price = collar_price(engine, test, terms.market_collar_ppb);
  return true;
}

}  // namespace quartet
