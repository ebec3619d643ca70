// A million quotes through the whole engine: averages, decisions, every risk check, fills, records.
#include <benchmark/benchmark.h>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace {

using namespace quartet;

constexpr std::size_t kQuotes = 1'000'000;

void crossover(benchmark::State& state) {
  const auto symbols = static_cast<u32>(state.range(0));
  const std::string config = testing::encode(testing::sample_config(symbols));
  const testing::BatchColumns batch = testing::quote_walk(kQuotes, symbols);
  const std::vector<edge::Bytes> columns = batch.columns();
  std::size_t records = 0;
  edge::Statistics statistics;
  for (auto _ : state) {
    state.PauseTiming();
    edge::TradingEngine engine(config);
    state.ResumeTiming();
    records = engine.process(columns, {}).size() / contract::kRecordSize;
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
BENCHMARK(crossover)->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace
