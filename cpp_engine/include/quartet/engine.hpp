// The engine: blocks of events through phase one, then each event through steps S1 to S6 (spec 5).
#pragma once

#include <span>

#include "quartet/data_engine/batch.hpp"
#include "quartet/engine_state.hpp"
#include "quartet/performance/latency.hpp"
#include "quartet/risk_engine/controls.hpp"

namespace quartet {

// Runs a batch; what it writes is in engine.records. One command per CONTROL event.
void process(EngineState& engine, const Batch& batch, std::span<ControlCommand> commands,
             LatencyHistogram& latency);

// Phase one alone; the four spans have one element per event (spec 3.8).
struct Evaluation {
  std::span<u8> verdict;
  std::span<double> score;
  std::span<double> confidence;
  std::span<double> fair_value;
};
void evaluate(EngineState& engine, const Batch& batch, const Evaluation& out);

}  // namespace quartet
