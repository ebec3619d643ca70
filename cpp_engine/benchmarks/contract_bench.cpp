// What reading one row of a generated table costs: the floor under every other number.
#include <benchmark/benchmark.h>

#include "quartet/core/contract.hpp"

namespace {

void order_transition(benchmark::State& state) {
  std::uint8_t from = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(from);
    benchmark::DoNotOptimize(quartet::contract::next_state(from, 3));
  }
}
BENCHMARK(order_transition);

}  // namespace
