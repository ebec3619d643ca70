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

constexpr std::size_t kWarmUp = 10'000;

// The columns of one quote of a batch.
class OneQuote {
 public:
  explicit OneQuote(const testing::BatchColumns& quotes)
      : whole_(quotes.columns()), columns_(edge::kColumns) {}

  const std::vector<edge::Bytes>& at(std::size_t event) {
    constexpr std::array<std::size_t, 11> widths = {1, 4, 4, 4, 8, 8, 8, 8, 8, 8, 8};
    for (std::size_t i = 0; i < widths.size(); ++i) {
      columns_[i] = whole_[i].subspan(event * widths[i], widths[i]);
    }
    return columns_;
  }

 private:
  std::vector<edge::Bytes> whole_;
  std::vector<edge::Bytes> columns_;
};

struct Times {
  std::vector<u64> inside;
  std::vector<u64> latency;
};

// At an interval, an event is due at its time whether the engine is ready or not, and latency counts from
// there; without one, each is due when the one before is done.
void run_quotes(edge::TradingEngine& engine, OneQuote& quotes, std::size_t count, u64 interval_ns,
                Times& times) {
  const u64 start = monotonic_ns();
  for (std::size_t event = 0; event < count; ++event) {
    const auto& columns = quotes.at(event);
    u64 begun = monotonic_ns();
    const u64 due = interval_ns != 0 ? start + (event + 1) * interval_ns : begun;
    while (begun < due) begun = monotonic_ns();
    benchmark::DoNotOptimize(engine.process(columns, {}));
    const u64 done = monotonic_ns();
    if (event < kWarmUp) continue;
    times.inside.push_back(done - begun);
    times.latency.push_back(done - due);
  }
}

void report(benchmark::State& state, const std::string& prefix, std::vector<u64>& nanoseconds) {
  std::sort(nanoseconds.begin(), nanoseconds.end());
  const auto last = static_cast<double>(nanoseconds.size() - 1);
  for (const auto& [name, share] : {std::pair{"p50_ns", 0.5}, {"p99_ns", 0.99}, {"p999_ns", 0.999}}) {
    state.counters[prefix + name] = static_cast<double>(nanoseconds[static_cast<std::size_t>(share * last)]);
  }
}

void single_event(benchmark::State& state) {
  const auto symbols = static_cast<u32>(state.range(0));
  const auto rate = static_cast<u64>(state.range(1));
  const std::size_t measured = rate != 0 ? 2 * rate : 200'000;  // two seconds of them
  const std::string config = testing::encode(testing::sample_config(symbols));
  const testing::BatchColumns walk = testing::quote_walk(kWarmUp + measured, symbols);
  OneQuote quotes(walk);
  Times times;
  times.inside.reserve(measured);
  times.latency.reserve(measured);
  for (auto _ : state) {
    times.inside.clear();
    times.latency.clear();
    edge::TradingEngine engine(config);
    run_quotes(engine, quotes, kWarmUp + measured, rate != 0 ? 1'000'000'000 / rate : 0, times);
  }
  report(state, "", times.latency);
  report(state, "inside_", times.inside);
}
BENCHMARK(single_event)
    ->ArgNames({"symbols", "rate"})
    ->Args({1, 0})
    ->Args({100, 0})
    ->Args({1, 1'000'000})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
