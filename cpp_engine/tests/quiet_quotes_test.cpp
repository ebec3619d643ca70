// Quotes that change nothing but view and equity still take every step (spec
// 5).
#include <gtest/gtest.h>

#include <cstring>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet::testing {
namespace {

// Long where the mid is above 500, flat elsewhere; takers are paid a tenth;
// five percent of drawdown halt.
EngineConfig paid_takers() {
  EngineConfig config = sample_config(2);
  const auto node = [](Op op, std::vector<u32> inputs, u32 clock, std::vector<double> params) {
    NodeSpec spec;
    spec.op = number(op);
    spec.inputs = std::move(inputs);
    spec.clock = clock;
    spec.params = std::move(params);
    return spec;
  };
  config.program = {};
  config.program.nodes = {node(Op::Mid, {}, contract::clock::Quote, {}), node(Op::Const, {}, 0, {500.0}),
                          node(Op::Gt, {0, 1}, contract::clock::Quote, {})};
  config.program.score = 2;
  config.venue.taker_fee_ppb = -100'000'000;
  config.account.initial_cash = i128{10'000} * kMoneyUnit;
  config.risk.max_drawdown_ppb = 50'000'000;
  return config;
}

Quote quote(u32 symbol, i64 price, i64 place) {
  const i64 ts = 1'700'000'000 * kUnit + place * 1'000'000;
  return {symbol, ts, ts, price * kUnit, price * kUnit, 100 * kUnit, 100 * kUnit};
}

// The HALT records of a run.
std::vector<contract::HaltRecord> halts(edge::Bytes records) {
  std::vector<contract::HaltRecord> found;
  for (std::size_t at = 0; at < records.size(); at += contract::kRecordSize) {
    contract::HaltRecord record;
    std::memcpy(&record, records.data() + at, sizeof(record));
    if (record.kind == contract::HaltRecord().kind) found.push_back(record);
  }
  return found;
}

TEST(QuietQuotes, OfAFlatSymbolTakeTheHighThatAFillHasMade) {
  edge::TradingEngine engine(encode(paid_takers()));
  BatchColumns batch;
  batch.add_quote(quote(1, 100, 0));
  batch.add_quote(quote(1, 100, 1));
  // Buys one and is paid a hundred after the halts have been looked at: the high is made at the next quote.
  batch.add_quote(quote(0, 1'000, 2));
  batch.add_quote(quote(1, 100, 3));
  batch.add_quote(quote(0, 440, 4));
  const auto found = halts(engine.process(batch.columns(), {}));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, number(Code::Drawdown));
  EXPECT_TRUE(found[0].value == i128{560} * kMoneyUnit);
  EXPECT_TRUE(found[0].limit == i128{505} * kMoneyUnit);
}

}  // namespace
}  // namespace quartet::testing
