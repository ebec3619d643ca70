// Rows 18 and 19: value at risk of the position and of the portfolio (spec 9.10).
#include <bit>
#include <cmath>

#include "quartet/account/exposures.hpp"
#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

struct Scales {
  double multiplier;   // kappa
  double default_vol;  // s0
  double equity;       // e
};

Scales scales_of(const EngineState& engine) {
  return {to_double(engine.limits.var_multiplier_ppb) / 1e9,
          to_double(engine.limits.var_default_daily_vol_ppb) / 1e9, to_double(engine.ledger.equity) / 1e18};
}

u32 row_of(const EngineState& engine, u32 symbol) {
  return engine.model.given ? engine.model.row_of[symbol] : kOutsideModel;
}

i64 worst_of(const EngineState& engine, const OrderTest& test, u32 symbol) {
  return symbol == test.symbol ? test.worst : engine.trading[symbol].exposure.worst;
}

// n of spec 9.10.
double notional_of(const EngineState& engine, u32 symbol, i64 worst) {
  const SymbolTrading& trading = engine.trading[symbol];
  const i64 price = trading.has_risk_price ? trading.risk_price : 0;
  return to_double(money(price, worst, engine.symbols[symbol].multiplier)) / 1e18;
}

i128 bits_of(double value) { return i128{std::bit_cast<u64>(canonical(value))}; }

bool model_ran_out(const EngineState& engine) {
  return engine.model.given && engine.now > engine.model.valid_until_ns;
}

double model_variance(const EngineState& engine, const OrderTest& test) {
  const RiskModel& model = engine.model;
  double v = 0.0;
  for (u32 i = 0; i < model.symbols.size(); ++i) {
    const i64 worst_i = worst_of(engine, test, model.symbols[i]);
    if (worst_i == 0) continue;
    double row = 0.0;
    for (u32 j = 0; j < model.symbols.size(); ++j) {
      const i64 worst_j = worst_of(engine, test, model.symbols[j]);
      if (worst_j == 0) continue;
      row = row + model.at(i, j) * notional_of(engine, model.symbols[j], worst_j);
    }
    v = v + notional_of(engine, model.symbols[i], worst_i) * row;
  }
  return v;
}

double gross_outside(const EngineState& engine, const OrderTest& test) {
  double g = 0.0;
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) {
    const i64 worst = worst_of(engine, test, symbol);
    if (worst == 0 || row_of(engine, symbol) != kOutsideModel) continue;
    g = g + std::fabs(notional_of(engine, symbol, worst));
  }
  return g;
}

// True where a bound, computed without a loop over symbols, already shows that the row passes: the
// portfolio's variance is at most the largest entry times the squared gross amount at risk, and the margin of
// a millionth is far above what the rounding of at most 65536 terms could add.
bool surely_within(const EngineState& engine, const OrderTest& test, const Scales& scales, double right) {
  const double largest = engine.model.largest;
  if (largest != 0.0 && largest < 1e-200) return false;
  const SymbolTrading& trading = engine.trading[test.symbol];
  const i64 multiplier = engine.symbols[test.symbol].multiplier;
  const i128 own = absolute(money(trading.has_risk_price ? trading.risk_price : 0, test.worst, multiplier));
  const i128 others = minus(engine.sums.at_risk, trading.exposure.at_risk(multiplier));
  const double gross = to_double(plus(others, own)) / 1e18;
  const double vol = std::fmax(std::sqrt(largest), scales.default_vol);
  const double bound = scales.multiplier * (kQuantile * (vol * gross));
  return bound * 1.000001 <= right;
}

Refusal test_position(const EngineState& engine, const OrderTest& test, const Scales& scales) {
  if (model_ran_out(engine)) return {Code::VarStale, engine.model.valid_until_ns, engine.now};
  const u32 row = row_of(engine, test.symbol);
  const double deviation = row == kOutsideModel ? scales.default_vol : std::sqrt(engine.model.at(row, row));
  const double n = std::fabs(notional_of(engine, test.symbol, test.worst));
  const double left = scales.multiplier * (kQuantile * (deviation * n));
  const double right = to_double(*engine.limits.max_position_var_ppb) / 1e9 * scales.equity;
  if (!(left <= right)) return {Code::PositionVar, bits_of(right), bits_of(left)};
  return {};
}

Refusal test_portfolio(const EngineState& engine, const OrderTest& test, const Scales& scales) {
  if (model_ran_out(engine)) return {Code::VarStale, engine.model.valid_until_ns, engine.now};
  const double right = to_double(*engine.limits.max_portfolio_var_ppb) / 1e9 * scales.equity;
  if (surely_within(engine, test, scales, right)) return {};
  const double v = engine.model.given ? model_variance(engine, test) : 0.0;
  const double g = gross_outside(engine, test);
  const double left =
      scales.multiplier * (kQuantile * std::sqrt(spec_max(v, 0.0)) + kQuantile * (scales.default_vol * g));
  if (!(left <= right)) return {Code::PortfolioVar, bits_of(right), bits_of(left)};
  return {};
}

}  // namespace

Refusal test_value_at_risk(EngineState& engine, const OrderTest& test) {
  const bool position = engine.limits.max_position_var_ppb.has_value();
  const bool portfolio = engine.limits.max_portfolio_var_ppb.has_value();
  if (!position && !portfolio) return {};
  const Scales scales = scales_of(engine);
  if (position) {
    if (const Refusal refusal = test_position(engine, test, scales)) return refusal;
  }
  if (portfolio) return test_portfolio(engine, test, scales);
  return {};
}

}  // namespace quartet
