// The engine: blocks of events through phase one, then each event through steps S1 to S6 (spec 5).
#pragma once

#include <span>

#include "quartet/data_engine/batch.hpp"
#include "quartet/engine_state.hpp"
#include "quartet/performance/latency.hpp"
#include "quartet/risk_engine/controls.hpp"
#include "quartet/signal_engine/phase_one_worker.hpp"

namespace quartet {

// Runs a batch in blocks of at most so many events (kBlockEvents at most); what it writes is in
// engine.records. One command per CONTROL event.
// Returns when the last block ended; the first one's time counts from `started`.
u64 process(EngineState& engine, const Batch& batch, std::span<ControlCommand> commands,
            std::size_t block_events, LatencyHistogram& latency, u64 started);

// The same with phase one of each block on the worker's thread, beside phase two of the block before.
u64 process_overlapped(EngineState& engine, const Batch& batch, std::span<ControlCommand> commands,
                       std::size_t block_events, LatencyHistogram& latency, u64 started,
                       PhaseOneWorker& worker);

// Phase two of a block: the events from `begin` to `end`, in order.
void run_steps(EngineState& engine, const Batch& batch, std::span<ControlCommand>& commands,
               RowCursors& cursors, std::size_t begin, std::size_t end, const VerdictBlock& block);

// The steps of an accepted quote: what nearly every event is, without the choices that it has made.
void step_quote(EngineState& engine, const Batch& batch, std::size_t index, std::size_t row,
                const VerdictBlock& block, std::size_t at);

// Phase one alone; the four spans have one element per event (spec 3.8).
struct Evaluation {
  std::span<u8> verdict;
  std::span<double> score;
  std::span<double> confidence;
  std::span<double> fair_value;
};
void evaluate(EngineState& engine, const Batch& batch, const Evaluation& out);

}  // namespace quartet
