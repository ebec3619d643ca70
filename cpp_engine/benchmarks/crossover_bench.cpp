// A million quotes through the whole engine: averages, decisions, every risk check, fills, records.
#include <benchmark/benchmark.h>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace {

using namespace quartet;

constexpr std::size_t kQuotes = 1'000'000;
// A batch as a reader of files would make it; the engine keeps its record buffer from one to the next.
constexpr std::size_t kBatchQuotes = 50'000;

using Columns = std::vector<edge::Bytes>;

// The columns cut into batches, without copying.
std::vector<Columns> cut(const Columns& whole) {
  constexpr std::array<std::size_t, 11> widths = {1, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8};
  std::vector<Columns> batches;
  for (std::size_t begin = 0; begin < kQuotes; begin += kBatchQuotes) {
    Columns& batch = batches.emplace_back(edge::kColumns);
    for (std::size_t i = 0; i < widths.size(); ++i) {
      batch[i] = whole[i].subspan(begin * widths[i], kBatchQuotes * widths[i]);
    }
  }
  return batches;
}

void replay(benchmark::State& state, const EngineConfig& sample, const edge::EngineOptions& options = {}) {
  const auto symbols = static_cast<u32>(sample.instruments.size());
  const std::string config = testing::encode(sample);
  const testing::BatchColumns quotes = testing::quote_walk(kQuotes, symbols);
  const std::vector<Columns> batches = cut(quotes.columns());
  std::size_t records = 0;
  edge::Statistics statistics;
  for (auto _ : state) {
    state.PauseTiming();
    edge::TradingEngine engine(config, options);
    records = 0;
    state.ResumeTiming();
    for (const Columns& batch : batches) records += engine.process(batch, {}).size() / contract::kRecordSize;
    state.PauseTiming();
    statistics = engine.statistics(false);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(kQuotes));
  state.counters["records"] = static_cast<double>(records);
  state.counters["orders"] = static_cast<double>(statistics.counters.orders);
  state.counters["refused"] = static_cast<double>(statistics.counters.risk_rejects);
  state.counters["ns_per_quote"] =
      benchmark::Counter(static_cast<double>(kQuotes) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void crossover(benchmark::State& state) {
  replay(state, testing::sample_config(static_cast<std::size_t>(state.range(0))));
}
BENCHMARK(crossover)->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond);

// The graph of config/replay.yaml on the same quotes; the second argument is the number of threads.
void default_graph(benchmark::State& state) {
  EngineConfig config = testing::sample_config(static_cast<std::size_t>(state.range(0)));
  config.program = testing::replay_program();
  replay(state, config, {.threads = static_cast<unsigned>(state.range(1))});
}
BENCHMARK(default_graph)
    ->ArgsProduct({{1, 100}, {1, 2}})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

// An order every quote or two: averages so quick that they turn with the price.
void orders(benchmark::State& state) {
  EngineConfig config = testing::sample_config(1);
  config.program = testing::crossover_program(1, 2);
  replay(state, config);
}
BENCHMARK(orders)->Unit(benchmark::kMillisecond);

// The same, with a target that is never a whole lot: what the quotes and signals alone cost.
void signals(benchmark::State& state) {
  EngineConfig config = testing::sample_config(1);
  config.program = testing::crossover_program(1, 2);
  config.policy.target.max_quantity = 1;
  replay(state, config);
}
BENCHMARK(signals)->Unit(benchmark::kMillisecond);

}  // namespace
