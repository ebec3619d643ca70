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

// At most amount / divisor * factor, rounded down, for a factor of at most 2^37.
i128 share(i128 amount, i64 divisor, i64 factor) {
  constexpr i128 most = kDriftMax >> 40;
  return std::min(amount / divisor, most) * factor;
}

// The amounts that the shares allow for as long as the equity stays within a sixteenth below and a quarter
// above.
void place_amounts(EngineState& engine) {
  AccountBounds& bounds = engine.bounds;
  const i128 equity = engine.ledger.equity;
  bounds.order_most = bounds.gross_most = bounds.at_risk_most = -1;
  bounds.equity_low = bounds.equity_high = equity;
  if (equity <= 0) return;
  const i128 low = equity - (equity >> 4);
  bounds.equity_low = low;
  bounds.equity_high = equity + (equity >> 2);
  const RiskLimits& limits = engine.limits;
  bounds.order_most = limits.max_order_notional.value_or(kDriftMax);
  if (const Limit& weight = limits.max_order_weight_ppb) {
    bounds.order_most = std::min(bounds.order_most, share(low, kScale, *weight));
  }
  bounds.gross_most = share(low, kScale, bounds.exposure_ppb);
  if (bounds.margin_ppb > 0) {
    // Each margin may be rounded up by half a unit.
    const i128 spare = low - static_cast<i64>(engine.symbols.size()) - 1;
    bounds.gross_most = std::min(bounds.gross_most, share(spare, bounds.margin_ppb, kScale));
  }
  if (bounds.allowed_risk_ppb >= 0)
    bounds.at_risk_most = share(low, bounds.risk_ppb, bounds.allowed_risk_ppb);
}

}  // namespace

i128 notional_with(const EngineState& engine, const OrderTest& test) {
  const SymbolState& state = engine.symbols[test.symbol];
  return money(state.mark_or_zero(), test.worst, state.multiplier);
}

i128 gross_with(const EngineState& engine, const OrderTest& test, i128 notional) {
  const ExposureSums& sums = engine.sums;
  const Exposure& exposure = engine.trading[test.symbol].exposure;
  const i128 others = minus(sums.gross, absolute(exposure.notional(engine.symbols[test.symbol].multiplier)));
  return plus(plus(plus(others, absolute(notional)), sums.drift), sums.unvalued);
}

bool margins_surely_pass(const EngineState& engine, i128 gross) {
  // Each margin may be rounded up by half a unit.
  const i128 spare = minus(engine.ledger.equity, i128{static_cast<i64>(engine.symbols.size())} + 1);
  return shares_surely_within(engine.bounds.margin_ppb, gross, kScale, spare);
}

const AccountBounds& bounds_now(EngineState& engine) {
  const AccountBounds& bounds = engine.bounds;
  const i128 equity = engine.ledger.equity;
  if (equity < bounds.equity_low || equity > bounds.equity_high) [[unlikely]]
    place_amounts(engine);
  return bounds;
}

bool account_surely_passes(EngineState& engine, const OrderTest& test) {
  if (engine.config.account.account_type == number(AccountType::Cash)) return false;
  const AccountBounds& bounds = bounds_now(engine);
  if (magnitude(test.worst) > static_cast<u64>(engine.terms(test.symbol).worst_most)) return false;
  const i64 symbols = i64{engine.sums.symbols} + static_cast<i64>(engine.stale_exposures.size());
  if (engine.limits.max_positions && symbols + 1 > *engine.limits.max_positions) return false;
  const RiskLimits& limits = engine.limits;
  const bool tests_risk = limits.max_position_var_ppb || limits.max_portfolio_var_ppb;
  if (tests_risk && engine.model.given && engine.now > engine.model.valid_until_ns) return false;
  const ExposureSums& sums = engine.sums;
  const Exposure& own = engine.trading[test.symbol].exposure;
  const i64 multiplier = engine.symbols[test.symbol].multiplier;
  const i128 added = sums.unvalued + most_worth(engine, test.symbol, test.worst);
  const i128 gross = plus(sums.gross, sums.drift) + added;
  if (gross > bounds.gross_most && gross - absolute(own.notional(multiplier)) > bounds.gross_most)
    return false;
  const i128 at_risk = plus(sums.at_risk, added);
  return !tests_risk || at_risk <= bounds.at_risk_most ||
         at_risk - own.at_risk(multiplier) <= bounds.at_risk_most;
}

void place_account_bounds(EngineState& engine) {
  const RiskLimits& limits = engine.limits;
  AccountBounds& bounds = engine.bounds;
  bounds.margin_ppb = 0;
  bounds.exposure_ppb = least(least(kMostPpb, limits.max_leverage_ppb), limits.max_net_leverage_ppb);
  bounds.exposure_ppb = least(bounds.exposure_ppb, limits.max_concentration_ppb);
  for (const InstrumentKind& instrument : engine.kinds) {
    const Limit& margin = own_or(instrument.initial_margin_ppb, limits.initial_margin_ppb);
    const Limit& weight = own_or(instrument.max_position_weight_ppb, limits.max_position_weight_ppb);
    bounds.margin_ppb = std::max(bounds.margin_ppb, margin.value_or(0));
    bounds.exposure_ppb = least(bounds.exposure_ppb, weight);
  }
  place_risk(engine);
  bounds.equity_low = 0;  // no amounts yet
  bounds.equity_high = -1;
}

}  // namespace quartet
