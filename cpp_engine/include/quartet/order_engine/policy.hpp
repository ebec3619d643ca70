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

// The decision of one symbol (spec 10.2, 10.3).
inline void decide(EngineState& engine, u32 symbol, const Signal& signal) {
  SymbolState& state = engine.symbols[symbol];
  const PolicyConfig& policy = engine.config.policy;
  const i8 direction = signal.score > policy.direction_threshold
                           ? i8{1}
                           : (signal.score < -policy.direction_threshold ? i8{-1} : i8{0});
  if (direction != state.direction) change_direction(engine, symbol, signal, direction);
  if (policy.quotes()) {
    quote_around(engine, symbol, signal.fair_value);
    return;
  }
  const double product = signal.score * signal.confidence;
  double x = product < -1.0 ? -1.0 : (1.0 < product ? 1.0 : product);
  if (direction == 0 || x == 0.0) x = 0.0;
  const bool always = policy.target.rebalance == number(Rebalance::Always);
  if (always || !state.has_target || x != state.target_x) {
    if (!set_target(engine, symbol, x)) return;
  }
  if (state.target != state.position || state.open_orders != 0) trade_to_target(engine, symbol);
}

// S6 of an event of kinds 1 to 5 (spec 5.1, 10.1).
inline void act_on_verdict(EngineState& engine, u32 symbol, EventKind kind, Verdict verdict,
                           const Signal& signal) {
  switch (verdict) {
    case Verdict::None:
      return;
    case Verdict::NonFinite:
      ++engine.counters.non_finite;
      return;
    case Verdict::LowConfidence:
      ++engine.counters.low_confidence;
      return;
    case Verdict::Valid:
      break;
  }
  if (kind != EventKind::Bar) {
    decide(engine, symbol, signal);
    return;
  }
  engine.symbols[symbol].pending = {true, signal.score, signal.confidence, signal.fair_value, signal.ts};
  engine.pending_verdicts.insert(symbol);
}

// S6 of a CLOCK: the bars since the last one, ascending symbol (spec 10.1).
void decide_bars(EngineState& engine);

}  // namespace quartet
