// Clocks and halts (spec 8.2-8.6).
#include "quartet/risk_engine/halts.hpp"

#include "quartet/account/exposures.hpp"
#include "quartet/core/fixed_point.hpp"
#include "quartet/order_engine/order_engine.hpp"

namespace quartet {
namespace {

constexpr i128 kNever = -(i128{1} << 125);
constexpr i128 kAlways = i128{1} << 125;

void clear_daily_loss(EngineState& engine) {
  engine.daily_loss_latched = false;
  write_halt(engine, HaltAction::Cleared, Code::DailyLoss, kNoSymbol, 0, 0);
}

void latch(EngineState& engine, bool& latched, Code code, i128 limit, i128 value) {
  latched = true;
  write_halt(engine, HaltAction::Latched, code, kNoSymbol, limit, value);
  cancel_all(engine, kNoSymbol);
}

void renew_risk_prices(EngineState& engine) {
  for (u32 symbol = 0; symbol < engine.symbols.size(); ++symbol) {
    const SymbolState& state = engine.symbols[symbol];
    if (!state.has_mark) continue;
    engine.trading[symbol].risk_price = state.mark;
    engine.trading[symbol].has_risk_price = true;
  }
  touch_all_exposures(engine);
}

}  // namespace

void place_boundary(EngineState& engine) {
  const i128 session_end = (i128{engine.session} + 1) * kDayNs + engine.config.session_roll_ns;
  const i128 risk_end = (i128{engine.risk_number} + 1) * engine.limits.risk_clock_ns;
  engine.next_boundary = saturate(session_end < risk_end ? session_end : risk_end);
}

void roll_clocks(EngineState& engine) {
  const i64 session = floor_divide(engine.now - engine.config.session_roll_ns, kDayNs);
  const i64 risk_number = engine.now / engine.limits.risk_clock_ns;
  if (engine.started && session > engine.session) {
    engine.ledger.session_open = engine.ledger.equity;
    if (engine.daily_loss_latched) clear_daily_loss(engine);
    place_halt_level(engine);
  }
  if (!engine.started || risk_number > engine.risk_number) {
    renew_risk_prices(engine);
    engine.risk_number = risk_number;
  }
  if (!engine.started || session > engine.session) engine.session = session;
  engine.started = true;
  place_boundary(engine);
}

void place_halt_level(EngineState& engine) {
  Ledger& ledger = engine.ledger;
  i128 level = kNever;
  const Limit& drawdown = engine.limits.max_drawdown_ppb;
  if (drawdown && !engine.drawdown_latched) {
    const i128 floor = ledger.peak - cap(*drawdown, ledger.peak);
    level = floor > 0 ? floor : 0;
  }
  const Limit& daily_loss = engine.limits.max_daily_loss_ppb;
  if (daily_loss && !engine.daily_loss_latched) {
    const i128 floor =
        ledger.session_open <= 0 ? kAlways : ledger.session_open - cap(*daily_loss, ledger.session_open);
    if (floor > level) level = floor;
  }
  ledger.halt_drop = ledger.peak - level;
}

void test_halts(EngineState& engine) {
  const Ledger& ledger = engine.ledger;
  const Limit& drawdown = engine.limits.max_drawdown_ppb;
  if (drawdown && !engine.drawdown_latched) {
    const i128 limit = cap(*drawdown, ledger.peak);
    const i128 lost = ledger.peak - ledger.equity;
    if (lost >= limit || ledger.equity <= 0) {
      latch(engine, engine.drawdown_latched, Code::Drawdown, limit, lost);
    }
  }
  const Limit& daily_loss = engine.limits.max_daily_loss_ppb;
  if (daily_loss && !engine.daily_loss_latched) {
    const i128 limit = cap(*daily_loss, ledger.session_open);
    const i128 lost = ledger.session_open - ledger.equity;
    if (lost >= limit || ledger.session_open <= 0) {
      latch(engine, engine.daily_loss_latched, Code::DailyLoss, limit, lost);
    }
  }
  place_halt_level(engine);
}

void flatten_positions(EngineState& engine) {
  const SymbolSet& scope = engine.flatten ? engine.held : engine.flattened;
  for (u32 symbol = scope.next(0); symbol != kNoSymbol; symbol = scope.next(symbol + 1)) {
    const SymbolState& state = engine.symbols[symbol];
    if (state.position == 0 || state.open_orders != 0) continue;
    const Side side = state.position > 0 ? Side::Sell : Side::Buy;
    const i64 quantity = state.position > 0 ? state.position : -state.position;
    if (held_back(engine, symbol, side, OrderType::Market, 0, quantity)) continue;
    create_order(engine, {symbol, side, OrderType::Market, 0, quantity, true});
  }
}

void write_halt(EngineState& engine, HaltAction action, Code code, u32 symbol, i128 limit, i128 value) {
  engine.records.add([&] {
    return contract::HaltRecord{
        .event_index = engine.event_index,
        .ts_init = engine.now,
        .symbol = symbol,
        .action = number(action),
        .code = number(code),
        .limit = limit,
        .value = value,
    };
  });
}

}  // namespace quartet
