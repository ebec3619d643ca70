// Snapshots: the same bytes after a restore, the same answers after it, and refusals (spec 14).
#include <gtest/gtest.h>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/core/engine_error.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

std::string text(edge::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

ErrorCode refusal(edge::TradingEngine& engine, std::string_view snapshot) {
  try {
    engine.restore(snapshot);
  } catch (const EngineError& error) {
    return error.code();
  }
  return static_cast<ErrorCode>(0);
}

EngineConfig slow_venue() {
  EngineConfig config = testing::sample_config(3);
  config.venue.order_latency_ns = 250'000;
  config.venue.response_latency_ns = 250'000;
  config.venue.taker_fee_ppb = 30'000;
  config.reconciler.order_ttl_ns = 400'000;
  config.policy.target.order_type = number(OrderType::Limit);
  config.policy.target.price_reference = number(PriceReference::Own);
  return config;
}

class Snapshot : public ::testing::Test {
 protected:
  const std::string config = testing::encode(slow_venue());
  const testing::BatchColumns batch = testing::quote_walk(777, 3);
};

TEST_F(Snapshot, RestoredEngineHasTheSameBytesAndGivesTheSameAnswers) {
  edge::TradingEngine engine(config);
  engine.process(batch.columns(), {});
  const std::string snapshot = engine.snapshot();
  edge::TradingEngine other(testing::encode(testing::sample_config(1)));
  other.restore(snapshot);
  EXPECT_EQ(other.snapshot(), snapshot);

  // The walk again, later.
  const testing::BatchColumns more = [&] {
    testing::BatchColumns later;
    for (i64 i = 0; i < 600; ++i) {
      const i64 ts = 1'700'000'100'000'000'000 + i * 100'000;
      const i64 bid = (9'990 + (i * 7) % 31) * 10'000'000;
      later.add_quote(
          {static_cast<u32>(i % 3), ts, ts + 5'000, bid, bid + 10'000'000, 5'000'000'000, 5'000'000'000});
    }
    return later;
  }();
  const std::string expected = text(engine.process(more.columns(), {}));
  EXPECT_EQ(text(other.process(more.columns(), {})), expected);
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(other.snapshot(), engine.snapshot());
}

TEST_F(Snapshot, EveryShorterOneIsRefused) {
  edge::TradingEngine engine(config);
  engine.process(batch.columns(), {});
  const std::string snapshot = engine.snapshot();
  for (std::size_t size = 0; size < snapshot.size(); size += 1 + size / 64) {
    EXPECT_EQ(refusal(engine, std::string_view(snapshot).substr(0, size)), ErrorCode::BadSnapshot) << size;
  }
  EXPECT_EQ(refusal(engine, snapshot + '\0'), ErrorCode::BadSnapshot);
  EXPECT_EQ(engine.snapshot(), snapshot);
}

TEST_F(Snapshot, OfAnotherContractIsRefused) {
  edge::TradingEngine engine(config);
  std::string snapshot = engine.snapshot();
  snapshot[8] = static_cast<char>(snapshot[8] ^ 1);
  EXPECT_EQ(refusal(engine, snapshot), ErrorCode::ContractMismatch);
  snapshot[0] = 'X';
  EXPECT_EQ(refusal(engine, snapshot), ErrorCode::BadSnapshot);
}

TEST_F(Snapshot, HowAStreamIsCutChangesNothing) {
  edge::TradingEngine whole(config);
  const std::string expected = text(whole.process(batch.columns(), {}));
  edge::TradingEngine again(config);
  std::string records;
  testing::BatchColumns single = testing::quote_walk(777, 3);
  const std::vector<edge::Bytes> columns = single.columns();
  constexpr std::array<std::size_t, 11> widths = {1, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8};
  for (std::size_t event = 0; event < 777; ++event) {
    std::vector<edge::Bytes> row(edge::kColumns);
    for (std::size_t i = 0; i < widths.size(); ++i) row[i] = columns[i].subspan(event * widths[i], widths[i]);
    records += text(again.process(row, {}));
  }
  EXPECT_EQ(records, expected);
  EXPECT_EQ(again.snapshot(), whole.snapshot());
}

}  // namespace
}  // namespace quartet
