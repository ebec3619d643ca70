// Runs the nodes that tick at one event of one symbol (spec 3.3, 3.4, 4).
#pragma once

#include <vector>

#include "quartet/data_engine/batch.hpp"
#include "quartet/data_engine/market_inputs.hpp"
#include "quartet/signal_engine/program.hpp"

namespace quartet {

// What the sources read at one event.
struct Tick {
  const MarketInputs* market = nullptr;
  const Batch* batch = nullptr;
  std::size_t row = 0;  // of the event's kind
  i64 now = 0;
  i64 session_roll_ns = 0;
  i64 max_age_ns = 0;
};

// The value of a source node at a tick (spec 3.4).
double source_value(const Instruction& node, const Tick& tick);

// values: one per node of the symbol; state: the symbol's words.
void run_tape(const std::vector<Instruction>& tape, const Program& program, const Tick& tick, double* values,
              std::byte* state);

}  // namespace quartet
