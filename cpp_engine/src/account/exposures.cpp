// Incremental sums of exposures over symbols (spec 9.5).
#include "quartet/account/exposures.hpp"

namespace quartet {
namespace {

void value(EngineState& engine, SymbolState& state, u32 symbol) {
  ExposureSums& sums = engine.sums;
  Exposure& exposure = state.exposure;
  const i128 notional = money(state.mark_or_zero(), exposure.worst, state.multiplier);
  sums.gross = plus(sums.gross, minus(absolute(notional), absolute(exposure.notional)));
  sums.net = plus(sums.net, minus(notional, exposure.notional));
  exposure.notional = notional;
  touch_margin(engine, state, symbol);
}

}  // namespace

void refresh_exposures(EngineState& engine) {
  ExposureSums& sums = engine.sums;
  for (const u32 symbol : engine.stale_exposures) {
    SymbolState& state = engine.symbols[symbol];
    Exposure& exposure = state.exposure;
    state.exposure_stale = false;
    const i64 worst = worst_position(state.position, state.buy_leaves, state.sell_leaves);
    const i128 at_risk =
        absolute(money(state.has_risk_price ? state.risk_price : 0, worst, state.multiplier));
    sums.at_risk = plus(sums.at_risk, minus(at_risk, exposure.at_risk));
    sums.symbols += static_cast<u32>(worst != 0) - static_cast<u32>(exposure.worst != 0);
    exposure.worst = worst;
    exposure.at_risk = at_risk;
    value(engine, state, symbol);
  }
  engine.stale_exposures.clear();
  sums.unvalued = 0;
}

void refresh_marks(EngineState& engine) {
  for (const u32 symbol : engine.moved_marks) {
    SymbolState& state = engine.symbols[symbol];
    state.mark_moved = false;
    value(engine, state, symbol);
  }
  engine.moved_marks.clear();
  engine.sums.drift = 0;
}

i128 refresh_margins(EngineState& engine) {
  refresh_marks(engine);
  for (const u32 symbol : engine.stale_margins) {
    SymbolState& state = engine.symbols[symbol];
    state.margin_stale = false;
    const Limit& margin =
        own_or(engine.instrument(symbol).initial_margin_ppb, engine.limits.initial_margin_ppb);
    const i128 amount = margin ? cap(*margin, absolute(state.exposure.notional)) : i128{0};
    engine.sums.margin = plus(engine.sums.margin, minus(amount, state.exposure.margin));
    state.exposure.margin = amount;
  }
  engine.stale_margins.clear();
  return engine.sums.margin;
}

void touch_all_exposures(EngineState& engine) {
  engine.sums.unvalued = kDriftMax;
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) {
    SymbolState& state = engine.symbols[symbol];
    if (state.exposure.worst != 0) note_stale_exposure(engine, state, symbol);
  }
}

void touch_all_margins(EngineState& engine) {
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol)
    touch_margin(engine, engine.symbols[symbol], symbol);
}

}  // namespace quartet
