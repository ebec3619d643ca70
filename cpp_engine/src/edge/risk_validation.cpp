// The tests of risk limits and risk model (spec 1.8, 9.10).
#include "quartet/edge/validation.hpp"
#include "quartet/risk_engine/risk_model.hpp"

namespace quartet::edge {
namespace {

constexpr i64 kDurationMax = i64{1} << 60;
constexpr i64 kShareMax = 100'000'000'000;  // 10^11 ppb
constexpr i64 kRateMax = 1'000'000'000;

void require_in(const Limit& limit, i64 low, i64 high, const char* key, const char* rule) {
  require(!limit || (low <= *limit && *limit <= high), std::string("risk.") + key, rule);
}

void require_share(const Limit& limit, const char* key) {
  require_in(limit, 0, kShareMax, key, "must be in 0..10^11");
}
void require_duration(const Limit& limit, const char* key) {
  require_in(limit, 0, kDurationMax, key, "must be in 0..2^60");
}
void require_rate(const Limit& limit, const char* key) {
  require_in(limit, 1, kRateMax, key, "must be in 1..10^9");
}

}  // namespace

void check_risk_limits(const RiskLimits& limits, const EngineConfig& config) {
  require_duration(limits.max_quote_age_ns, "max_quote_age_ns");
  require_share(limits.price_collar_ppb, "price_collar_ppb");
  require_share(limits.price_collar_far_ppb, "price_collar_far_ppb");
  require(limits.max_order_notional_readable, "risk.max_order_notional", "must be 16 bytes");
  require(!limits.max_order_notional || *limits.max_order_notional >= 0, "risk.max_order_notional",
          "must not be negative");
  require_share(limits.max_order_weight_ppb, "max_order_weight_ppb");
  require_share(limits.max_adv_share_ppb, "max_adv_share_ppb");
  require_duration(limits.duplicate_window_ns, "duplicate_window_ns");
  require_rate(limits.max_orders_per_second, "max_orders_per_second");
  require_rate(limits.max_orders_per_second_symbol, "max_orders_per_second_symbol");
  require(contract::is_self_trade(limits.self_trade), "risk.self_trade", "is not in the table");
  require(!limits.max_open_orders || *limits.max_open_orders <= i64{config.capacity.open_orders},
          "risk.max_open_orders", "must not be above capacity.open_orders");
  require_share(limits.initial_margin_ppb, "initial_margin_ppb");
  require_share(limits.max_position_weight_ppb, "max_position_weight_ppb");
  require_share(limits.max_concentration_ppb, "max_concentration_ppb");
  require_share(limits.max_leverage_ppb, "max_leverage_ppb");
  require_share(limits.max_net_leverage_ppb, "max_net_leverage_ppb");
  require_share(limits.max_position_var_ppb, "max_position_var_ppb");
  require_share(limits.max_portfolio_var_ppb, "max_portfolio_var_ppb");
  require_share(limits.max_drawdown_ppb, "max_drawdown_ppb");
  require_share(limits.max_daily_loss_ppb, "max_daily_loss_ppb");
  require(limits.risk_clock_ns >= 1, "risk.risk_clock_ns", "must be at least 1");
  require_share(limits.var_default_daily_vol_ppb, "var_default_daily_vol_ppb");
  require_share(limits.var_multiplier_ppb, "var_multiplier_ppb");
}

void check_risk_model(const RiskModelSpec& model, std::size_t symbols) {
  const char* fault = risk_model_fault(model, symbols);
  if (fault != nullptr) throw EngineError(ErrorCode::BadConfig, std::string("risk_model: ") + fault);
}

}  // namespace quartet::edge
