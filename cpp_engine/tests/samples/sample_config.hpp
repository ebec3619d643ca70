// A small sound configuration, and the moving-average crossover that tests and benchmarks share.
#pragma once

#include "quartet/core/configuration.hpp"

namespace quartet::testing {

inline constexpr i64 kUnit = 1'000'000'000;
inline constexpr i128 kMoneyUnit = i128{kUnit} * kUnit;

// +1 where the fast average of the mid is not below the slow one, else -1; speaks from the slow one's period
// on.
ProgramSpec crossover_program(u32 fast, u32 slow);

// The sign of the fast mean of the mid less the slow one.
ProgramSpec mean_cross_program(u32 fast, u32 slow);

// The signal of config/replay.yaml: a trend, a z-score over 200 quotes and the book's imbalance, in steps of
// a half.
ProgramSpec replay_program();

// Every risk row on with wide limits, but for the duplicate window; no fees, no latency, MARKET orders of a
// lot.
EngineConfig sample_config(std::size_t symbols);

}  // namespace quartet::testing
