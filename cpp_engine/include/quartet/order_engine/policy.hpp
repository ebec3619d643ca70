// From a verdict to a direction, a desired state, and orders (spec 10.1-10.4).
#pragma once

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/engine_state.hpp"

namespace quartet {

// A VALID verdict and the ts_init of the event that it is of.
struct Signal {
  double score = 0.0;
  double confidence = 0.0;
  double fair_value = 0.0;
  i64 ts = 0;
};

void change_direction(EngineState& engine, u32 symbol, const Signal& signal, i8 direction);
// Computes the target anew; false where it decides nothing (spec 10.3).
bool set_target(EngineState& engine, u32 symbol, double x);
void trade_to_target(EngineState& engine, u32 symbol);
void quote_around(EngineState& engine, u32 symbol, double fair_value);

// Direction and target of a verdict unlike the last one that decided; false where it decides nothing.
bool aim(EngineState& engine, u32 symbol, const Signal& signal);
// The same with what comes of it, for either policy: direction and desired state anew (spec 10.2-10.4).
void decide_anew(EngineState& engine, u32 symbol, const Signal& signal);

// The verdict is unlike the last one that decided.
inline bool decides(const SymbolState& state, const Signal& signal) {
  return signal.score != state.decided_score || signal.confidence != state.decided_confidence;
}

// The decision of one symbol (spec 10.2, 10.3). The same verdict makes the same direction and target.
inline void decide(EngineState& engine, u32 symbol, const Signal& signal) {
  const SymbolState& state = engine.symbols[symbol];
  if (decides(state, signal)) {
    decide_anew(engine, symbol, signal);
  } else if (state.target != state.position || state.open_orders != 0) {
    trade_to_target(engine, symbol);
  }
}

// Verdicts that decide nothing (spec 5.1).
inline void count_verdict(EngineState& engine, Verdict verdict) {
  if (verdict == Verdict::NonFinite) ++engine.counters.non_finite;
  if (verdict == Verdict::LowConfidence) ++engine.counters.low_confidence;
}

// S6 of an event of kinds 1 to 5 (spec 10.1).
inline void act_on_verdict(EngineState& engine, u32 symbol, EventKind kind, Verdict verdict,
                           const Signal& signal) {
  if (verdict != Verdict::Valid) {
    count_verdict(engine, verdict);
    return;
  }
  if (kind != EventKind::Bar) {
    decide(engine, symbol, signal);
    return;
  }
  engine.trading[symbol].extras.make().pending = {true, signal.score, signal.confidence, signal.fair_value,
                                                  signal.ts};
  engine.pending_verdicts.insert(symbol);
}

// S6 of a CLOCK: the bars since the last one, ascending symbol (spec 10.1).
void decide_bars(EngineState& engine);

}  // namespace quartet
