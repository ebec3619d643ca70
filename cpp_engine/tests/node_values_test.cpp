// What nodes gave last: the same whether it was kept or is worked out from what was (spec 3.3).
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "batch_columns.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/phase_one.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

// The program of a replay, and a node that is 1 until the window is full, but NaN before the first tick.
ProgramSpec program() {
  ProgramSpec spec = testing::replay_program();
  const auto zscore = std::find_if(spec.nodes.begin(), spec.nodes.end(),
                                   [](const NodeSpec& node) { return node.op == number(Op::Zscore); });
  NodeSpec is_nan;
  is_nan.op = number(Op::IsNan);
  is_nan.clock = contract::clock::Quote;
  is_nan.inputs = {static_cast<u32>(zscore - spec.nodes.begin())};
  spec.nodes.push_back(is_nan);
  return spec;
}

// One symbol has trades alone, and never ticks.
testing::BatchColumns quotes_of_two_and_trades_of_three(i64 trades_every, i64 start) {
  testing::BatchColumns events;
  for (i64 i = 1; i < 300; ++i) {
    const i64 ts = start + i * 100'000;
    const i64 bid = (9'990 + (i * 7) % 31) * 10'000'000;
    if (i % trades_every == 0) {
      events.add_trade(static_cast<u32>(i % 3), bid, testing::kUnit, 1, ts);
    } else {
      events.add_quote(
          {static_cast<u32>(i % 2), ts, ts, bid, bid + 10'000'000, testing::kUnit, 2 * testing::kUnit});
    }
  }
  return events;
}

PhaseOne configured(Mode mode) {
  const EngineConfig config = testing::sample_config(3);
  PhaseOne phase_one;
  phase_one.configure(config, std::vector<PriceBounds>(3, {1, 1'000'000 * testing::kUnit}),
                      compile_program(program(), 1, 3));
  phase_one.set_mode(mode);
  return phase_one;
}

void run(PhaseOne& phase_one, const Batch& batch, VerdictBlock& verdicts) {
  RowCursors cursors;
  for (std::size_t begin = 0; begin < batch.events;)
    begin = phase_one.run_block(batch, begin, batch.events, cursors, begin, verdicts);
}

std::vector<double> values_of(const PhaseOne& phase_one) {
  std::vector<double> all;
  for (u32 symbol = 0; symbol < 3; ++symbol) {
    std::vector<double> values;
    phase_one.copy_values(symbol, values);
    for (const double value : values) all.push_back(is_nan(value) ? -1e300 : value);
  }
  return all;
}

class NodeValues : public ::testing::TestWithParam<Mode> {};

TEST_P(NodeValues, AreTheSameWorkedOutAndKept) {
  PhaseOne works_out = configured(GetParam());
  PhaseOne keeps = configured(GetParam());
  keeps.keep_all_values();
  ASSERT_LT(works_out.program().kept, keeps.program().kept);
  EXPECT_EQ(values_of(works_out), values_of(keeps));
  const auto verdicts = std::make_unique<VerdictBlock>();
  i64 start = 1'700'000'000 * testing::kUnit;
  for (const i64 trades_every : {1'000, 7, 1}) {
    const testing::BatchColumns events =
        quotes_of_two_and_trades_of_three(trades_every, start += testing::kUnit);
    const auto columns = events.columns();
    const Batch batch = edge::frame_batch(columns, 0);
    run(works_out, batch, *verdicts);
    run(keeps, batch, *verdicts);
    EXPECT_EQ(values_of(works_out), values_of(keeps)) << trades_every;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, NodeValues, ::testing::Values(Mode::Event, Mode::Block));

}  // namespace
}  // namespace quartet
