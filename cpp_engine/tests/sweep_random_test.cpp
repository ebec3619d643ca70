// Random sweeps against single engines: long quiet stretches, halts in the middle of them, sessions that
// roll.
#include <gtest/gtest.h>

#include <cstring>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "conformance_case.hpp"
#include "quartet/edge/snapshot.hpp"
#include "quartet/edge/sweep.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet::testing {
namespace {

constexpr i64 kTick = 10'000'000;
constexpr i64 kStart = 1'700'000'000 * kUnit;

class Random {
 public:
  explicit Random(u64 seed) : state_(seed * 2654435769 + 88172645463325252) {}
  i64 below(i64 bound) {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<i64>((state_ >> 11) % static_cast<u64>(bound));
  }
  bool once_in(i64 times) { return below(times) == 0; }

 private:
  u64 state_;
};

NodeSpec node(Op op, std::vector<u32> inputs, u32 clock, u32 n = 0, std::vector<double> params = {}) {
  NodeSpec spec;
  spec.op = number(op);
  spec.inputs = std::move(inputs);
  spec.clock = clock;
  spec.n = n;
  spec.params = std::move(params);
  return spec;
}

// The mean's cross with a confidence that says which is above, and a fair value that always moves.
ProgramSpec confident_cross(u32 fast, u32 slow) {
  const u32 quote = contract::clock::Quote;
  ProgramSpec program = mean_cross_program(fast, slow);
  auto& nodes = program.nodes;
  nodes.push_back(node(Op::Const, {}, 0, 0, {0.25}));
  nodes.push_back(node(Op::Gt, {1, 2}, quote));
  nodes.push_back(node(Op::Add, {5, 6}, quote));
  nodes.push_back(node(Op::Add, {0, 3}, quote));
  program.confidence = 7;
  program.fair_value = 8;
  return program;
}

// Ticks at trades alone what the score compares at quotes and trades.
ProgramSpec two_clocks(u32 window) {
  const u32 quote = contract::clock::Quote;
  const u32 trade = contract::clock::Trade;
  ProgramSpec program;
  program.nodes = {node(Op::TradePrice, {}, trade),    node(Op::Mid, {}, quote),
                   node(Op::Mean, {1}, quote, window), node(Op::Neg, {0}, trade),
                   node(Op::Neg, {3}, trade),          node(Op::Lt, {4, 2}, quote | trade)};
  program.score = 5;
  return program;
}

ProgramSpec any_program(Random& random) {
  const auto fast = static_cast<u32>(1 + random.below(4));
  const auto slow = static_cast<u32>(5 + random.below(30));
  switch (random.below(6)) {
    case 0:
      return crossover_program(fast, slow);
    case 1:
      return replay_program();
    case 2:
      return confident_cross(fast, slow);
    case 3:
      return two_clocks(slow);
    default:
      return mean_cross_program(fast, slow);
  }
}

EngineConfig any_member(Random& random, std::size_t symbols) {
  EngineConfig config = sample_config(symbols);
  config.program = any_program(random);
  config.capacity.open_orders = 64;
  config.risk.max_open_orders = 64;
  config.account.initial_cash = i128{5'000} * kMoneyUnit;
  TargetPolicy& target = config.policy.target;
  target.max_quantity = (1 + random.below(20)) * kUnit;
  if (random.once_in(4)) target.sizing = number(Sizing::Weight);
  if (random.once_in(6)) target.rebalance = number(Rebalance::Always);
  if (random.once_in(4)) target.order_type = number(OrderType::Limit);
  if (random.once_in(8)) config.policy.direction_threshold = 0.5;
  if (random.once_in(8)) config.policy.kind = number(PolicyKind::Quoting);
  config.policy.quoting = {2 * kTick, kTick, kUnit, 5 * kUnit, 1};
  if (random.once_in(5)) config.venue.order_latency_ns = 3'000'000;
  if (random.once_in(5)) config.venue.response_latency_ns = 2'000'000;
  config.venue.taker_fee_ppb = (random.below(5) - 1) * 500'000;
  config.risk.max_drawdown_ppb = 1'000'000 * (1 + random.below(60));
  config.risk.max_daily_loss_ppb = 1'000'000 * (1 + random.below(60));
  // Deep in loss, where an order that the equity once bore is refused.
  if (random.once_in(3)) config.risk.max_drawdown_ppb = config.risk.max_daily_loss_ppb = std::nullopt;
  if (random.once_in(2)) config.risk.max_leverage_ppb = kUnit * (20 + random.below(40)) / 100;
  if (random.once_in(3)) config.risk.max_orders_per_second = 1 + random.below(3);
  if (random.once_in(4)) config.risk.duplicate_window_ns = random.below(3) * kUnit;
  if (random.once_in(4)) config.account.account_type = number(AccountType::Cash);
  if (random.once_in(4)) config.check_risk = false;
  if (random.once_in(5)) config.signals.min_confidence = 0.5;
  if (random.once_in(5)) config.reconciler.order_ttl_ns = kUnit;
  return config;
}

// Mostly plain quotes in stretches that hardly move; now and then anything else.
BatchColumns any_events(Random& random, std::size_t events, u32 symbols, bool pure) {
  BatchColumns batch;
  i64 ts = kStart;
  std::vector<i64> bids(symbols, 10'000);
  i64 step = 1;
  for (std::size_t i = 0; i < events; ++i) {
    if (random.once_in(200)) step = random.once_in(3) ? 40 : random.below(3);
    if (random.once_in(500)) ts += random.below(20) * 3'600 * kUnit;
    ts += 1'000'000 + random.below(50'000'000);
    const auto symbol = static_cast<u32>(random.below(symbols));
    i64& bid = bids[symbol];
    bid = std::max<i64>(2'000, bid + random.below(2 * step + 1) - step);
    Quote quote{symbol, ts, ts, bid * kTick, (bid + random.below(2)) * kTick, 50 * kUnit, 50 * kUnit};
    if (!pure && random.once_in(700)) quote.ask_size = 0;
    if (!pure && random.once_in(700)) quote.ask = quote.bid - kTick;
    if (!pure && random.once_in(300)) {
      batch.add_trade(symbol, bid * kTick, kUnit, 0, ts);
    } else if (!pure && random.once_in(700)) {
      batch.add_event(EventKind::Clock, ts);
    } else {
      batch.add_quote(quote);
    }
  }
  return batch;
}

OwnedBatch owned(const BatchColumns& batch) {
  OwnedBatch out;
  const auto columns = batch.columns();
  for (std::size_t i = 0; i < columns.size(); ++i)
    out.columns[i].assign(reinterpret_cast<const char*>(columns[i].data()), columns[i].size());
  return out;
}

struct Seen {
  u64 halted = 0;
  u64 filled = 0;
  u64 refused = 0;
};

Counters counters_of(std::string_view row) {
  Counters counters;
  std::memcpy(&counters, row.data(), sizeof(counters));
  return counters;
}

Seen compare_members(const std::vector<std::string>& configs, const std::vector<OwnedBatch>& batches,
                     const edge::EngineOptions& options, const std::string& what) {
  edge::Sweep sweep(configs, options);
  for (const OwnedBatch& batch : batches) sweep.process(batch.spans(), batch.messages());
  const std::string rows = sweep.rows();
  const std::size_t row_size = rows.size() / configs.size();
  Seen seen;
  for (std::size_t member = 0; member < configs.size(); ++member) {
    edge::TradingEngine single(configs[member]);
    for (const OwnedBatch& batch : batches) {
      const edge::Bytes records = single.process(batch.spans(), batch.messages());
      for (std::size_t at = 0; at < records.size(); at += contract::kRecordSize) {
        contract::HaltRecord record;
        std::memcpy(&record, records.data() + at, sizeof(record));
        seen.halted += record.kind == contract::HaltRecord().kind ? 1 : 0;
      }
    }
    const Counters counters = single.statistics(false).counters;
    seen.filled += counters.fills;
    EXPECT_TRUE(sweep.snapshot(member) == single.snapshot()) << what << ", member " << member;
    const Counters swept = counters_of(std::string_view(rows).substr(member * row_size));
    EXPECT_EQ(std::memcmp(&swept, &counters, sizeof(counters)), 0) << what << ", member " << member;
    seen.refused += counters.risk_rejects;
  }
  return seen;
}

Seen compare(u64 seed, std::size_t events, u32 symbols, bool pure, std::size_t batch_events,
             const edge::EngineOptions& options) {
  Random random(seed);
  std::vector<std::string> configs;
  for (int i = 0; i < 12; ++i) configs.push_back(encode(any_member(random, symbols)));
  const auto batches = split(owned(any_events(random, events, symbols, pure)), batch_events);
  return compare_members(configs, batches, options, "seed " + std::to_string(seed));
}

void expect_lively(const Seen& seen) {
  EXPECT_GT(seen.halted, 20u);
  EXPECT_GT(seen.filled, 1'000u);
}

TEST(SweepRandom, QuotesOfOneSymbol) {
  Seen all;
  for (u64 seed = 1; seed <= 12; ++seed) {
    const Seen seen = compare(seed, 5'000, 1, true, 5'000, {});
    all.halted += seen.halted;
    all.filled += seen.filled;
  }
  expect_lively(all);
}

// An order that the equity bore at the start of the quotes, and no longer does when it is sent.
TEST(SweepRandom, EquityFallsAmongQuotesOfOneRun) {
  std::vector<std::string> configs;
  for (i64 weight = 60; weight <= 75; ++weight) {
    EngineConfig config = sample_config(1);
    config.program = mean_cross_program(1, 4);
    config.account.initial_cash = i128{1'000} * kMoneyUnit;
    config.policy.target.max_quantity = 30 * kUnit;
    RiskLimits& risk = config.risk;
    risk.initial_margin_ppb = 0;
    risk.max_position_weight_ppb = risk.max_concentration_ppb = risk.max_leverage_ppb = std::nullopt;
    risk.max_net_leverage_ppb = risk.max_position_var_ppb = risk.max_portfolio_var_ppb = std::nullopt;
    risk.max_drawdown_ppb = risk.max_daily_loss_ppb = std::nullopt;
    risk.max_order_weight_ppb = weight * kUnit / 10;
    configs.push_back(encode(config));
  }
  BatchColumns batch;
  i64 ts = kStart;
  for (const i64 bid : {10'000, 10'000, 10'000, 10'000, 10'001, 10'002, 9'400, 9'399}) {
    ts += 1'000'000;
    batch.add_quote({0, ts, ts, bid * kTick, bid * kTick, 500 * kUnit, 500 * kUnit});
  }
  const Seen seen = compare_members(configs, split(owned(batch), 8), {}, "falling equity");
  EXPECT_GT(seen.filled, 16u);  // the first order of each, and the second of some
  EXPECT_GT(seen.refused, 0u);
}

TEST(SweepRandom, AnyEventsOfOneSymbol) {
  Seen all;
  for (u64 seed = 21; seed <= 30; ++seed) {
    const Seen seen = compare(seed, 4'000, 1, false, 777, {.threads = 2});
    all.halted += seen.halted;
    all.filled += seen.filled;
  }
  expect_lively(all);
}

TEST(SweepRandom, SeveralSymbols) {
  Seen all;
  for (u64 seed = 41; seed <= 50; ++seed) {
    const Seen seen = compare(seed, 4'000, 3, seed % 2 == 0, seed % 3 == 0 ? 13 : 4'000, {});
    all.halted += seen.halted;
    all.filled += seen.filled;
  }
  expect_lively(all);
}

}  // namespace
}  // namespace quartet::testing
