// What each command does (spec 11).
#include "quartet/risk_engine/controls.hpp"

#include <algorithm>

#include "quartet/account/account.hpp"
#include "quartet/order_engine/order_engine.hpp"
#include "quartet/risk_engine/halts.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

Code level_code(Level level) { return level == Level::Killed ? Code::Killed : Code::ReduceOnly; }

void set_level(EngineState& engine, const ControlCommand& command) {
  Level& level = command.symbol == kNoSymbol ? engine.level : engine.symbols[command.symbol].level;
  const Level before = level;
  level = command.level;
  set_scope_flatten(engine, command.symbol, command.flatten && command.level == Level::Killed);
  if (level != before) {
    const bool cleared = level == Level::Run;
    write_halt(engine, cleared ? HaltAction::Cleared : HaltAction::Latched,
               level_code(cleared ? before : level), command.symbol, 0, 0);
  }
  if (level == Level::Killed) cancel_all(engine, command.symbol);
}

void clear_latch(EngineState& engine, bool& latched, Code code) {
  if (latched) write_halt(engine, HaltAction::Cleared, code, kNoSymbol, 0, 0);
  latched = false;
}

void resume(EngineState& engine) {
  engine.ledger.peak = engine.ledger.session_open = engine.ledger.equity;
  clear_latch(engine, engine.drawdown_latched, Code::Drawdown);
  clear_latch(engine, engine.daily_loss_latched, Code::DailyLoss);
  write_account(engine, AccountCause::Resume, kNoSymbol);
}

// A bucket keeps its tokens, held to the new burst (spec 9.6).
void hold_to_burst(TokenBucket& bucket, const Limit& rate) {
  if (rate) bucket.tokens = std::min(bucket.tokens, 2 * *rate * kScale);
}

void set_program(EngineState& engine, ControlCommand& command) {
  engine.phase_one.set_program(std::move(command.program));
  engine.program_bytes = command.bytes;
  for (SymbolState& state : engine.symbols) {
    state.has_target = false;
    state.decided_score = std::numeric_limits<double>::quiet_NaN();
    state.target = 0;
    state.target_x = 0.0;
  }
  for (SymbolTrading& trading : engine.trading) {
    if (trading.extras.made()) trading.extras.make().pending = {};
  }
  engine.pending_verdicts.clear();
}

void set_status(EngineState& engine, const ControlCommand& command) {
  engine.symbols[command.symbol].status = command.status;
  SymbolTrading& trading = engine.trading[command.symbol];
  const bool has_band = command.band_low < command.band_high;
  if (!has_band && !trading.has_band) return;
  trading.has_band = has_band;
  SymbolExtras& extras = trading.extras.make();
  extras.band_low = has_band ? command.band_low : 0;
  extras.band_high = has_band ? command.band_high : 0;
}

}  // namespace

void set_limits(EngineState& engine, const RiskLimits& limits) {
  engine.limits = limits;
  place_account_bounds(engine);
  place_order_terms(engine);
  hold_to_burst(engine.bucket, limits.max_orders_per_second);
  for (SymbolTrading& trading : engine.trading)
    hold_to_burst(trading.bucket, limits.max_orders_per_second_symbol);
  touch_all_margins(engine);
}

void set_scope_flatten(EngineState& engine, u32 symbol, bool flatten) {
  if (symbol == kNoSymbol) {
    engine.flatten = flatten;
    return;
  }
  bool& own = engine.symbols[symbol].flatten;
  if (flatten && !own) ++engine.flattened_symbols;
  if (!flatten && own) --engine.flattened_symbols;
  own = flatten;
  if (flatten) {
    engine.flattened.insert(symbol);
  } else {
    engine.flattened.erase(symbol);
  }
}

bool apply_control(EngineState& engine, ControlCommand& command) {
  switch (command.kind) {
    case ControlKind::SetLevel:
      set_level(engine, command);
      break;
    case ControlKind::Resume:
      resume(engine);
      break;
    case ControlKind::SetLimits:
      set_limits(engine, command.limits);
      engine.limits_bytes = command.bytes;
      place_boundary(engine);
      break;
    case ControlKind::SetRiskModel:
      engine.model = build_risk_model(command.risk_model, engine.symbols.size());
      engine.model_bytes = command.bytes;
      place_account_bounds(engine);
      break;
    case ControlKind::SetProgram:
      set_program(engine, command);
      break;
    case ControlKind::LoadPosition:
      if (!load_position(engine, command.symbol, command.quantity, command.price)) return false;
      write_account(engine, AccountCause::Position, command.symbol);
      break;
    case ControlKind::CashFlow:
      if (!add_cash(engine, command.cash)) return false;
      write_account(engine, AccountCause::Cash, kNoSymbol);
      break;
    case ControlKind::SetStatus:
      set_status(engine, command);
      break;
    case ControlKind::CancelAll:
      cancel_all(engine, command.symbol);
      break;
  }
  place_halt_level(engine);
  return true;
}

}  // namespace quartet
