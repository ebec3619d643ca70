// The sample configuration.
#include "sample_config.hpp"

namespace quartet::testing {
namespace {

NodeSpec node(Op op, std::vector<u32> inputs, u32 clock, u32 n, std::vector<double> params) {
  NodeSpec spec;
  spec.op = number(op);
  spec.inputs = std::move(inputs);
  spec.clock = clock;
  spec.n = n;
  spec.params = std::move(params);
  return spec;
}

std::string symbol_name(std::size_t index) {
  std::string digits = std::to_string(index);
  return "S" + std::string(5 - digits.size(), '0') + digits;
}

RiskLimits wide_limits() {
  RiskLimits limits;
  limits.max_quote_age_ns = 60 * kUnit;
  limits.price_collar_ppb = 50'000'000;
  limits.price_collar_far_ppb = 500'000'000;
  limits.max_order_quantity = 1'000 * kUnit;
  limits.max_order_notional = i128{1'000'000'000} * kMoneyUnit;
  limits.max_order_weight_ppb = kUnit;
  limits.max_adv_share_ppb = 100'000'000;
  limits.max_orders_per_second = 1'000'000;
  limits.max_orders_per_second_symbol = 1'000'000;
  limits.self_trade = number(SelfTrade::CancelNewest);
  limits.max_open_orders = 4'096;
  limits.max_open_orders_symbol = 64;
  limits.initial_margin_ppb = 500'000'000;
  limits.max_position_weight_ppb = kUnit;
  limits.max_position_quantity = 1'000 * kUnit;
  limits.max_positions = 65'536;
  limits.max_concentration_ppb = kUnit;
  limits.max_leverage_ppb = 4 * kUnit;
  limits.max_net_leverage_ppb = 2 * kUnit;
  limits.max_position_var_ppb = 500'000'000;
  limits.max_portfolio_var_ppb = 500'000'000;
  limits.max_drawdown_ppb = 500'000'000;
  limits.max_daily_loss_ppb = 500'000'000;
  limits.risk_clock_ns = 60 * kUnit;
  limits.var_default_daily_vol_ppb = 20'000'000;
  limits.var_multiplier_ppb = kUnit;
  return limits;
}

}  // namespace

ProgramSpec crossover_program(u32 fast, u32 slow) {
  const u32 quote = contract::clock::Quote;
  const auto alpha = [](u32 span) { return 2.0 / (static_cast<double>(span) + 1.0); };
  ProgramSpec program;
  program.nodes = {node(Op::Mid, {}, quote, 0, {}),
                   node(Op::Ema, {0}, quote, fast, {alpha(fast)}),
                   node(Op::Ema, {0}, quote, slow, {alpha(slow)}),
                   node(Op::Ge, {1, 2}, quote, 0, {}),
                   node(Op::Const, {}, 0, 0, {1.0}),
                   node(Op::Const, {}, 0, 0, {-1.0}),
                   node(Op::Select, {3, 4, 5}, quote, 0, {})};
  program.score = 6;
  return program;
}

ProgramSpec mean_cross_program(u32 fast, u32 slow) {
  const u32 quote = contract::clock::Quote;
  ProgramSpec program;
  program.nodes = {node(Op::Mid, {}, quote, 0, {}), node(Op::Mean, {0}, quote, fast, {}),
                   node(Op::Mean, {0}, quote, slow, {}), node(Op::Sub, {1, 2}, quote, 0, {}),
                   node(Op::Sign, {3}, quote, 0, {})};
  program.score = 4;
  return program;
}

ProgramSpec replay_program() {
  const u32 quote = contract::clock::Quote;
  ProgramSpec program;
  auto& nodes = program.nodes;
  const auto add = [&](Op op, std::vector<u32> inputs, u32 n = 0, std::vector<double> params = {}) {
    nodes.push_back(node(op, std::move(inputs), op == Op::Const ? 0 : quote, n, std::move(params)));
    return static_cast<u32>(nodes.size() - 1);
  };
  const auto constant = [&](double value) { return add(Op::Const, {}, 0, {value}); };
  const u32 half = constant(0.5);
  const u32 weight = constant(0.4);
  const u32 trend_weight = constant(2000.0);
  const u32 mid = add(Op::Mid, {});
  const u32 fast = add(Op::Ema, {mid}, 10, {2.0 / 11.0});
  const u32 slow = add(Op::Ema, {mid}, 20, {2.0 / 21.0});
  const u32 trend = add(Op::Div, {add(Op::Mul, {trend_weight, add(Op::Sub, {fast, slow})}), mid});
  const u32 quarter = constant(0.25);
  const u32 stretch = add(Op::Mul, {quarter, add(Op::Zscore, {mid}, 200, {1.0})});
  const u32 lean = add(Op::Sub, {trend, stretch});
  const u32 sum = add(Op::Add, {lean, add(Op::Imbalance, {})});
  const u32 raw = add(Op::Clip, {add(Op::Mul, {weight, sum})}, 0, {-1.0, 1.0});
  const auto step = [&](Op op, double bound) { return add(op, {raw, constant(bound)}); };
  const u32 up = add(Op::Add, {step(Op::Gt, 0.2), step(Op::Gt, 0.6)});
  const u32 weak = add(Op::Sub, {up, step(Op::Lt, -0.2)});
  program.score = add(Op::Mul, {half, add(Op::Sub, {weak, step(Op::Lt, -0.6)})});
  return program;
}

EngineConfig sample_config(std::size_t symbols) {
  EngineConfig config;
  for (std::size_t i = 0; i < symbols; ++i) {
    Instrument instrument;
    instrument.symbol = symbol_name(i);
    instrument.currency = "USD";
    instrument.tick = 10'000'000;
    instrument.lot = kUnit;
    instrument.multiplier = 1;
    instrument.adv = 1'000'000 * kUnit;
    instrument.fill_model = number(FillModel::Book);
    config.instruments.push_back(instrument);
  }
  config.program = crossover_program(10, 20);
  config.signals = {8, 0.0, 10 * kUnit};
  config.policy.kind = number(PolicyKind::Target);
  config.policy.direction_threshold = 0.0;
  config.policy.target = {
      number(Sizing::Quantity),         kUnit, kUnit, number(Rebalance::OnChange), number(OrderType::Market),
      number(PriceReference::Opposite), 0};
  config.reconciler.retry_after_ns = kUnit;
  config.risk = wide_limits();
  config.venue.mode = number(VenueMode::Simulated);
  config.venue.queue_model = number(QueueModel::RiskAverse);
  config.account.initial_cash = i128{100'000'000} * kMoneyUnit;
  config.account.account_type = number(AccountType::Margin);
  config.account.currency = "USD";
  config.capacity = {4'096, 4};
  config.check_risk = true;
  return config;
}

}  // namespace quartet::testing
