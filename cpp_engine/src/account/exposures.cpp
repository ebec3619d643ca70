// Incremental sums of exposures over symbols (spec 9.5).
#include "quartet/account/exposures.hpp"

namespace quartet {
namespace {

// Puts another exposure in the place of the last one.
void value(EngineState& engine, const SymbolState& state, u32 symbol, const Exposure& now) {
  ExposureSums& sums = engine.sums;
  Exposure& exposure = engine.trading[symbol].exposure;
  const i128 before = exposure.notional(state.multiplier);
  const i128 notional = now.notional(state.multiplier);
  exposure = now;
  sums.gross = plus(sums.gross, minus(absolute(notional), absolute(before)));
  sums.net = plus(sums.net, minus(notional, before));
  touch_margin(engine, symbol);
}

}  // namespace

void refresh_exposures(EngineState& engine) {
  ExposureSums& sums = engine.sums;
  for (const u32 symbol : engine.stale_exposures) {
    SymbolState& state = engine.symbols[symbol];
    const SymbolTrading& trading = engine.trading[symbol];
    const Exposure& before = trading.exposure;
    state.exposure_stale = false;
    const i64 worst = worst_position(state.position, trading.buy_leaves, trading.sell_leaves);
    const Exposure now{worst, state.mark_or_zero(), trading.has_risk_price ? trading.risk_price : 0};
    sums.at_risk = plus(sums.at_risk, minus(now.at_risk(state.multiplier), before.at_risk(state.multiplier)));
    sums.symbols += static_cast<u32>(worst != 0) - static_cast<u32>(before.worst != 0);
    value(engine, state, symbol, now);
  }
  engine.stale_exposures.clear();
  sums.unvalued = 0;
}

void refresh_marks(EngineState& engine) {
  for (const u32 symbol : engine.moved_marks) {
    SymbolState& state = engine.symbols[symbol];
    state.mark_moved = false;
    Exposure now = engine.trading[symbol].exposure;
    now.mark = state.mark_or_zero();
    value(engine, state, symbol, now);
  }
  engine.moved_marks.clear();
  engine.sums.drift = 0;
}

i128 refresh_margins(EngineState& engine) {
  refresh_marks(engine);
  if (engine.margins.empty()) {
    engine.margins.resize(engine.symbols.size());
    engine.stale_margins.reserve(engine.symbols.size());
    touch_all_margins(engine);
  }
  for (const u32 symbol : engine.stale_margins) {
    SymbolTrading& trading = engine.trading[symbol];
    trading.margin_stale = false;
    const Limit& margin =
        own_or(engine.instrument(symbol).initial_margin_ppb, engine.limits.initial_margin_ppb);
    const i128 notional = absolute(trading.exposure.notional(engine.symbols[symbol].multiplier));
    const i128 amount = margin ? cap(*margin, notional) : i128{0};
    engine.sums.margin = plus(engine.sums.margin, minus(amount, engine.margins[symbol]));
    engine.margins[symbol] = amount;
  }
  engine.stale_margins.clear();
  return engine.sums.margin;
}

void touch_all_exposures(EngineState& engine) {
  engine.sums.unvalued = kDriftMax;
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) {
    SymbolState& state = engine.symbols[symbol];
    if (engine.trading[symbol].exposure.worst != 0) note_stale_exposure(engine, state, symbol);
  }
}

void touch_all_margins(EngineState& engine) {
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) touch_margin(engine, symbol);
}

}  // namespace quartet
