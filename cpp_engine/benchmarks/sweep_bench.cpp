// A thousand crosses of two means over ten thousand quotes of one symbol, in one pass.
#include <benchmark/benchmark.h>

#include <cstring>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/sweep.hpp"
#include "sample_config.hpp"

namespace {

using namespace quartet;

constexpr std::size_t kQuotes = 10'000;

std::vector<std::string> crosses() {
  EngineConfig config = testing::sample_config(1);
  config.venue.taker_fee_ppb = 1'000'000;
  std::vector<std::string> configs;
  for (u32 fast = 5; fast <= 24; ++fast) {
    for (u32 slow = 30; slow <= 128; slow += 2) {
      config.program = testing::mean_cross_program(fast, slow);
      configs.push_back(testing::encode(config));
    }
  }
  return configs;
}

void sweep_of_crosses(benchmark::State& state) {
  const std::vector<std::string> configs = crosses();
  const testing::BatchColumns quotes = testing::quote_walk(kQuotes, 1);
  const auto columns = quotes.columns();
  const edge::EngineOptions options{.threads = static_cast<unsigned>(state.range(0))};
  u64 orders = 0;
  for (auto _ : state) {
    state.PauseTiming();
    edge::Sweep sweep(configs, options);
    state.ResumeTiming();
    sweep.process(columns, {});
    state.PauseTiming();
    orders = 0;
    const std::string rows = sweep.rows();
    for (std::size_t member = 0; member < sweep.size(); ++member) {
      Counters counters;
      std::memcpy(&counters, rows.data() + member * rows.size() / sweep.size(), sizeof(counters));
      orders += counters.orders - counters.risk_rejects;
    }
    state.ResumeTiming();
  }
  const double members = static_cast<double>(configs.size());
  state.counters["orders_per_member"] = static_cast<double>(orders) / members;
  state.counters["ns_per_member_and_event"] =
      benchmark::Counter(members * static_cast<double>(kQuotes) * 1e-9,
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(sweep_of_crosses)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
