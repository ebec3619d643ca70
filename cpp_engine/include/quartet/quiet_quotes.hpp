// Quotes that change nothing but the market view and the equity before they decide: nearly all of them (spec
// 5, 6).
#pragma once

#include "quartet/data_engine/batch.hpp"
#include "quartet/engine_state.hpp"

namespace quartet {

// Runs quotes from `index` on for as long as they are quiet and returns where it stopped; `row` is the first
// one's among the quotes, `begin` the block's first event. What it stops at has not been touched.
std::size_t run_quiet_quotes(EngineState& engine, const Batch& batch, std::size_t begin, std::size_t index,
                             std::size_t end, std::size_t row, const VerdictBlock& block);

}  // namespace quartet
