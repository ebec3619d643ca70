// Damaged bytes at every edge: always an EngineError or an answer, never anything else.
#include <gtest/gtest.h>

#include <protozero/pbf_writer.hpp>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/core/engine_error.hpp"
#include "quartet/edge/fields.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

class Random {
 public:
  explicit Random(u64 seed) : state_(seed * 2654435761 + 1) {}
  u64 below(u64 bound) {
    state_ = state_ * 6364136223846793005 + 1442695040888963407;
    return (state_ >> 33) % bound;
  }

 private:
  u64 state_;
};

// Some bytes changed, put in, taken out, or the end cut off.
std::string damaged(std::string bytes, Random& random) {
  const u64 changes = 1 + random.below(4);
  for (u64 i = 0; i < changes && !bytes.empty(); ++i) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(6)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        bytes.insert(at, 1, static_cast<char>(random.below(256)));
        break;
      case 2:
        bytes.erase(at, 1 + random.below(3));
        break;
      case 3:
        bytes[at] = static_cast<char>(0xFF);
        break;
      default:
        bytes[at] = static_cast<char>(static_cast<u64>(bytes[at]) ^ (u64{1} << random.below(8)));
        break;
    }
  }
  return bytes;
}

// Only EngineErrors may come out; true where the call gave an answer.
template <class Call>
bool survives(Call call) {
  try {
    call();
    return true;
  } catch (const EngineError& error) {
    EXPECT_TRUE(contract::is_error_code(number(error.code())));
    EXPECT_STRNE(error.what(), "");
    return false;
  }
}

EngineConfig rich_config() {
  EngineConfig config = testing::sample_config(2);
  config.instruments[0].reference_price = 100 * testing::kUnit;
  config.risk_model = RiskModelSpec{{0, 1}, {0.04, 0.01, 0.01, 0.09}, i64{1} << 61};
  config.risk.duplicate_window_ns = 1'000;
  config.venue.order_latency_ns = 150'000;
  config.venue.response_latency_ns = 150'000;
  config.policy.target.order_type = number(OrderType::Limit);
  config.policy.target.price_reference = number(PriceReference::Own);
  config.reconciler.use_replace = true;
  NodeSpec node;
  node.op = number(Op::Zscore);
  node.inputs = {0};
  node.clock = contract::clock::Quote;
  node.n = 5;
  node.params = {1.0};
  config.program.nodes.push_back(node);
  node.op = number(Op::Delay);
  node.params.clear();
  config.program.nodes.push_back(node);
  return config;
}

TEST(Mutation, Configurations) {
  const std::string config = testing::encode(rich_config());
  const testing::BatchColumns batch = testing::quote_walk(40, 2);
  Random random(1);
  int accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    accepted += survives([&] {
      edge::TradingEngine engine(damaged(config, random));
      engine.process(batch.columns(), {});
    });
  }
  EXPECT_GT(accepted, 0);
}

TEST(Mutation, Snapshots) {
  const std::string config = testing::encode(rich_config());
  const testing::BatchColumns batch = testing::quote_walk(300, 2);
  testing::BatchColumns later;
  for (i64 i = 0; i < 40; ++i) {
    const i64 ts = 1'700'000'100'000'000'000 + i * 100'000;
    const i64 bid = (9'990 + (i * 7) % 31) * 10'000'000;
    later.add_quote(
        {static_cast<u32>(i % 2), ts, ts + 5'000, bid, bid + 10'000'000, 5'000'000'000, 5'000'000'000});
  }
  edge::TradingEngine source(config);
  source.process(batch.columns(), {});
  const std::string snapshot = source.snapshot();
  const std::size_t body = snapshot.size() - config.size();
  Random random(2);
  int accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string forged = snapshot;
    // Mostly single bits behind the configuration, which get further than lengths that no longer fit.
    for (u64 n = random.below(3) + 1; n > 0; --n) {
      const std::size_t at = snapshot.size() - 1 - random.below(body - 80);
      forged[at] = static_cast<char>(static_cast<u64>(forged[at]) ^ (u64{1} << random.below(8)));
    }
    if (i % 8 == 0) forged = damaged(forged, random);
    accepted += survives([&] {
      edge::TradingEngine engine(config);
      engine.restore(forged);
      survives([&] { engine.process(later.columns(), {}); });
      survives([&] { static_cast<void>(engine.snapshot()); });
    });
  }
  EXPECT_GT(accepted, 0);
}

std::string control(ControlKind kind, const std::string& limits, const std::string& program) {
  using F = fields::Control;
  const auto tag = [](F field) { return static_cast<protozero::pbf_tag_type>(field); };
  std::string bytes;
  protozero::pbf_writer out(bytes);
  out.add_uint32(tag(F::kind), number(kind));
  out.add_uint32(tag(F::level), number(Level::Killed));
  out.add_uint32(tag(F::symbol), 1);
  out.add_bool(tag(F::flatten), true);
  out.add_bytes(tag(F::limits), limits);
  out.add_bytes(tag(F::program), program);
  out.add_sfixed64(tag(F::quantity), 5 * testing::kUnit);
  out.add_sfixed64(tag(F::price), 100 * testing::kUnit);
  out.add_bytes(tag(F::cash), testing::encode_money(testing::kMoneyUnit));
  return bytes;
}

TEST(Mutation, Controls) {
  const EngineConfig config = rich_config();
  const std::string limits = testing::encode(config.risk);
  const std::string program = testing::encode(config.program);
  Random random(3);
  edge::TradingEngine engine(testing::encode(config));
  engine.process(testing::quote_walk(200, 2).columns(), {});
  i64 ts = 1'700'000'100'000'000'000;
  for (int i = 0; i < 3'000; ++i) {
    testing::BatchColumns batch;
    const auto kind = static_cast<ControlKind>(1 + random.below(9));
    batch.add_control(damaged(control(kind, limits, program), random), ts += 100'000);
    batch.add_quote({1, ts, ts, 100 * testing::kUnit, 101 * testing::kUnit, testing::kUnit, testing::kUnit});
    // A damaged control is a reject or a command, never an error.
    EXPECT_TRUE(survives([&] { engine.process(batch.columns(), batch.controls()); }));
  }
}

TEST(Mutation, Columns) {
  const std::string config = testing::encode(rich_config());
  const testing::BatchColumns batch = testing::quote_walk(64, 2);
  Random random(4);
  edge::TradingEngine engine(config);
  for (int i = 0; i < 4'000; ++i) {
    std::vector<std::string> owned;
    for (const edge::Bytes column : batch.columns()) {
      owned.emplace_back(reinterpret_cast<const char*>(column.data()), column.size());
    }
    for (u64 n = random.below(20); n > 0; --n) {
      std::string& column = owned[random.below(11)];
      const std::size_t at = random.below(column.size());
      column[at] = static_cast<char>(static_cast<u64>(column[at]) ^ (u64{1} << random.below(8)));
    }
    std::vector<edge::Bytes> columns;
    for (const std::string& column : owned) {
      columns.emplace_back(reinterpret_cast<const std::byte*>(column.data()), column.size());
    }
    survives([&] { engine.process(columns, {}); });
  }
}

}  // namespace
}  // namespace quartet
