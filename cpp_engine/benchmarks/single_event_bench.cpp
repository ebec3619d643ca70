// One event at a time through the whole engine: what a live feed waits for.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "quartet/performance/latency.hpp"
#include "sample_config.hpp"

namespace {

using namespace quartet;

constexpr std::size_t kQuotes = 200'000;

// The columns of each quote by itself.
std::vector<std::vector<edge::Bytes>> one_by_one(const std::vector<edge::Bytes>& whole) {
  constexpr std::array<std::size_t, 11> widths = {1, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8};
  std::vector<std::vector<edge::Bytes>> events(kQuotes, std::vector<edge::Bytes>(edge::kColumns));
  for (std::size_t event = 0; event < kQuotes; ++event) {
    for (std::size_t i = 0; i < widths.size(); ++i) {
      events[event][i] = whole[i].subspan(event * widths[i], widths[i]);
    }
  }
  return events;
}

void single_event(benchmark::State& state) {
  const auto symbols = static_cast<u32>(state.range(0));
  const std::string config = testing::encode(testing::sample_config(symbols));
  const testing::BatchColumns quotes = testing::quote_walk(kQuotes, symbols);
  const auto events = one_by_one(quotes.columns());
  std::vector<u64> nanoseconds;
  for (auto _ : state) {
    edge::TradingEngine engine(config);
    nanoseconds.clear();
    nanoseconds.reserve(kQuotes);
    for (const auto& event : events) {
      const u64 before = monotonic_ns();
      benchmark::DoNotOptimize(engine.process(event, {}));
      nanoseconds.push_back(monotonic_ns() - before);
    }
  }
  std::sort(nanoseconds.begin(), nanoseconds.end());
  const auto quantile = [&](double share) {
    return static_cast<double>(nanoseconds[static_cast<std::size_t>(share * static_cast<double>(kQuotes))]);
  };
  state.counters["p50_ns"] = quantile(0.5);
  state.counters["p99_ns"] = quantile(0.99);
  state.counters["p999_ns"] = quantile(0.999);
}
BENCHMARK(single_event)->Arg(1)->Arg(100)->Unit(benchmark::kMillisecond);

}  // namespace
