// What an engine is told before its first event, as decoded from quartet.v1.EngineConfig.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet {

using Limit = std::optional<i64>;  // an absent limit switches its row off

// What an engine keeps of instruments: many have the same.
struct InstrumentKind {
  i64 tick = 0;
  i64 lot = 0;
  i64 multiplier = 0;
  // Those given, or their defaults (spec 1.8).
  i64 price_min = 0;
  i64 price_max = 0;
  i64 quantity_max = 0;
  Limit adv;
  u32 fill_model = 0;
  Limit price_collar_ppb;
  Limit price_collar_far_ppb;
  Limit max_order_quantity;
  Limit max_position_weight_ppb;
  Limit max_position_quantity;
  Limit initial_margin_ppb;

  bool fills_on_bars() const { return fill_model == number(FillModel::Bar); }
  auto operator<=>(const InstrumentKind&) const = default;
};

struct Instrument : InstrumentKind {
  std::string symbol;
  std::string currency;
  Limit price_min_given;
  Limit price_max_given;
  Limit quantity_max_given;
  Limit reference_price;
};

struct SignalLimits {
  u32 max_signals_per_symbol = 0;
  double min_confidence = 0.0;
  i64 max_age_ns = 0;
};

struct TargetPolicy {
  u32 sizing = 0;
  i64 max_quantity = 0;
  i64 max_weight_ppb = 0;
  u32 rebalance = 0;
  u32 order_type = 0;
  u32 price_reference = 0;
  i32 offset_ticks = 0;
};

struct QuotingPolicy {
  i64 half_spread = 0;
  i64 inventory_skew = 0;
  i64 quote_quantity = 0;
  i64 max_inventory = 0;
  i32 requote_ticks = 0;
};

struct PolicyConfig {
  u32 kind = 0;
  double direction_threshold = 0.0;
  TargetPolicy target;
  QuotingPolicy quoting;

  bool quotes() const { return kind == number(PolicyKind::Quoting); }
};

struct ReconcilerConfig {
  bool use_replace = false;
  i64 retry_after_ns = 0;
  i64 slice_quantity = 0;
  i64 order_ttl_ns = 0;
};

struct VenueConfig {
  u32 mode = 0;
  i64 order_latency_ns = 0;
  i64 response_latency_ns = 0;
  i64 maker_fee_ppb = 0;
  i64 taker_fee_ppb = 0;
  u32 queue_model = 0;
  i64 bar_slippage_ppb = 0;
  i64 max_participation_ppb = 0;

  bool simulated() const { return mode == number(VenueMode::Simulated); }
  i64 fee_ppb(Liquidity liquidity) const {
    return liquidity == Liquidity::Maker ? maker_fee_ppb : taker_fee_ppb;
  }
};

struct AccountConfig {
  std::optional<i128> initial_cash;  // none: not 16 bytes
  u32 account_type = 0;
  std::string currency;
};

struct Capacity {
  u32 open_orders = 0;
  u32 source_count = 0;
};

struct RiskLimits {
  Limit max_quote_age_ns;
  Limit price_collar_ppb;
  Limit price_collar_far_ppb;
  Limit max_order_quantity;
  std::optional<i128> max_order_notional;
  bool max_order_notional_readable = true;  // false: given, but not 16 bytes
  Limit max_order_weight_ppb;
  Limit max_adv_share_ppb;
  Limit duplicate_window_ns;
  Limit max_orders_per_second;
  Limit max_orders_per_second_symbol;
  u32 self_trade = 0;
  Limit max_open_orders;
  Limit max_open_orders_symbol;
  Limit initial_margin_ppb;
  Limit max_position_weight_ppb;
  Limit max_position_quantity;
  Limit max_positions;
  Limit max_concentration_ppb;
  Limit max_leverage_ppb;
  Limit max_net_leverage_ppb;
  Limit max_position_var_ppb;
  Limit max_portfolio_var_ppb;
  Limit max_drawdown_ppb;
  Limit max_daily_loss_ppb;
  i64 risk_clock_ns = 0;
  i64 var_default_daily_vol_ppb = 0;
  i64 var_multiplier_ppb = 0;
};

struct RiskModelSpec {
  std::vector<u32> symbols;
  std::vector<double> covariance;  // row-major
  i64 valid_until_ns = 0;
};

struct NodeSpec {
  u32 op = 0;
  std::vector<u32> inputs;
  u32 clock = 0;
  u32 n = 0;
  std::vector<double> params;
  std::string name;
};

struct ProgramSpec {
  std::vector<NodeSpec> nodes;
  u32 score = 0;
  std::optional<u32> confidence;
  std::optional<u32> fair_value;
};

struct EngineConfig {
  std::vector<Instrument> instruments;  // none once an engine has made its kinds of them
  ProgramSpec program;
  SignalLimits signals;
  PolicyConfig policy;
  ReconcilerConfig reconciler;
  RiskLimits risk;
  std::optional<RiskModelSpec> risk_model;
  VenueConfig venue;
  AccountConfig account;
  Capacity capacity;
  i64 session_roll_ns = 0;
  bool check_risk = false;
};

}  // namespace quartet
