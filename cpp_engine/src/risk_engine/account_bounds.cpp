// One comparison for many rows: gross exposure is no less than what any of rows 13 to 19 looks at.
#include "quartet/risk_engine/account_bounds.hpp"

#include <algorithm>
#include <cmath>

#include "quartet/account/exposures.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

i64 least(i64 share_ppb, const Limit& limit) { return std::min(share_ppb, limit.value_or(kMostPpb)); }

// A portfolio's variance is at most the largest entry times its squared gross amount. A millionth more is far
// above what the rounding of at most 65536 terms can add.
void place_risk(EngineState& engine) {
  AccountBounds& bounds = engine.bounds;
  const RiskLimits& limits = engine.limits;
  const double default_vol = static_cast<double>(limits.var_default_daily_vol_ppb) / 1e9;
  const double vol = std::fmax(std::sqrt(engine.model.largest), default_vol);
  const double risk = static_cast<double>(limits.var_multiplier_ppb) * kQuantile * vol * 1.000001 + 1.0;
  const bool readable = risk < 1e15 && (engine.model.largest == 0.0 || engine.model.largest > 1e-200);
  bounds.risk_ppb = readable ? static_cast<i64>(risk) + 1 : 0;
  bounds.allowed_risk_ppb =
      readable ? least(least(kMostPpb, limits.max_position_var_ppb), limits.max_portfolio_var_ppb) : -1;
}

bool risk_surely_passes(const EngineState& engine, const OrderTest& test) {
  const RiskLimits& limits = engine.limits;
  if (!limits.max_position_var_ppb && !limits.max_portfolio_var_ppb) return true;
  if (engine.model.given && engine.now > engine.model.valid_until_ns) return false;
  if (engine.bounds.allowed_risk_ppb < 0) return false;
  const SymbolState& state = engine.symbols[test.symbol];
  const i128 own = absolute(money(state.has_risk_price ? state.risk_price : 0, test.worst, state.multiplier));
  const i128 gross = plus(minus(engine.sums.at_risk, state.exposure.at_risk), own);
  return shares_surely_within(engine.bounds.risk_ppb, gross, engine.bounds.allowed_risk_ppb,
                              engine.ledger.equity);
}

}  // namespace

i128 notional_with(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  return money(state.mark_or_zero(), test.worst, state.multiplier);
}

i128 gross_with(const EngineState& engine, const OrderTest& test, i128 notional) {
  const ExposureSums& sums = engine.sums;
  const i128 others = minus(sums.gross, absolute(engine.symbols[test.symbol].exposure.notional));
  return plus(plus(others, absolute(notional)), sums.drift);
}

bool margins_surely_pass(const EngineState& engine, i128 gross) {
  // Each margin may be rounded up by half a unit.
  const i128 spare = minus(engine.ledger.equity, i128{static_cast<i64>(engine.symbols.size())} + 1);
  return shares_surely_within(engine.bounds.margin_ppb, gross, kScale, spare);
}

bool account_surely_passes(const EngineState& engine, const OrderTest& test) {
  if (engine.config.account.account_type == number(AccountType::Cash)) return false;
  const RiskLimits& limits = engine.limits;
  const i128 gross = gross_with(engine, test, notional_with(engine, test));
  if (!margins_surely_pass(engine, gross)) return false;
  if (!surely_within_share(gross, engine.bounds.exposure_ppb, engine.ledger.equity)) return false;
  const Limit& most =
      own_or(engine.instrument(test.symbol).max_position_quantity, limits.max_position_quantity);
  if (most && absolute(test.worst) > *most) return false;
  if (limits.max_positions && i64{engine.sums.symbols} + 1 > *limits.max_positions) return false;
  return risk_surely_passes(engine, test);
}

void place_account_bounds(EngineState& engine) {
  const RiskLimits& limits = engine.limits;
  AccountBounds& bounds = engine.bounds;
  bounds.margin_ppb = 0;
  bounds.exposure_ppb = least(least(kMostPpb, limits.max_leverage_ppb), limits.max_net_leverage_ppb);
  bounds.exposure_ppb = least(bounds.exposure_ppb, limits.max_concentration_ppb);
  for (const Instrument& instrument : engine.config.instruments) {
    const Limit& margin = own_or(instrument.initial_margin_ppb, limits.initial_margin_ppb);
    const Limit& weight = own_or(instrument.max_position_weight_ppb, limits.max_position_weight_ppb);
    bounds.margin_ppb = std::max(bounds.margin_ppb, margin.value_or(0));
    bounds.exposure_ppb = least(bounds.exposure_ppb, weight);
  }
  place_risk(engine);
}

}  // namespace quartet
