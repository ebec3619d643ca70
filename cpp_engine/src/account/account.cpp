// Bookkeeping to the last unit (spec 8.1, 11.4, 11.5).
#include "quartet/account/account.hpp"

namespace quartet {
namespace {

constexpr i128 kMoneyMax = i128{1} << 120;  // shares of ten thousand percent of it still fit in 127 bits

bool bounded(i128 amount) { return absolute(amount) < kMoneyMax; }
// The same for all of these, by their high halves alone; false says nothing.
bool surely_bounded(const Ledger& ledger) {
  const auto high = [](i128 amount) {
    const i64 word = static_cast<i64>(amount >> 64);
    return static_cast<u64>(word ^ (word >> 63));
  };
  return (high(ledger.cash) | high(ledger.fees) | high(ledger.realised) | high(ledger.equity)) >> 55 == 0;
}

// Whether E, H and E_open stay in bounds when all three change by an amount.
bool stays_bounded(const Ledger& ledger, i128 change) {
  return bounded(ledger.equity + change) && bounded(ledger.peak + change) &&
         bounded(ledger.session_open + change);
}

void set_position(EngineState& engine, SymbolState& state, u32 symbol, i64 position) {
  state.position = position;
  if (position != 0) {
    engine.held.insert(symbol);
  } else {
    engine.held.erase(symbol);
  }
}

// The cost of a position after a fill of d at a price; what the closed part brought is realised (spec 8.1).
void book_cost(Ledger& ledger, const SymbolState& state, i128& cost, i64 d, i64 price, i128 flow) {
  const i64 held = state.position;
  if (held == 0 || (held > 0) == (d > 0)) {
    cost += flow;
    return;
  }
  const i64 m = state.multiplier;
  const i64 size = held > 0 ? held : -held;
  const i64 quantity = d > 0 ? d : -d;
  if (quantity <= size) {
    const i128 gone = mul_div(cost, quantity, size);
    ledger.realised -= flow + gone;
    cost -= gone;
    return;
  }
  // The whole position goes, and the rest of the fill opens another.
  ledger.realised += money(price, held, m) - cost;
  cost = money(price, held + d, m);
}

}  // namespace

void set_first_mark(EngineState& engine, SymbolState& state, u32 symbol, i64 price) {
  state.mark = price;
  state.has_mark = true;
  if (SymbolTrading& trading = engine.trading[symbol]; !trading.has_risk_price) {
    trading.risk_price = price;
    trading.has_risk_price = true;
  }
  engine.ledger.equity += money(price, state.position, state.multiplier);
  touch_exposure(engine, state, symbol);
}

i128 book_fill(EngineState& engine, u32 symbol, Side side, i64 quantity, i64 price, Liquidity liquidity) {
  SymbolState& state = engine.symbols[symbol];
  Ledger& ledger = engine.ledger;
  const i64 m = state.multiplier;
  const i64 d = side == Side::Buy ? quantity : -quantity;
  const i128 notional = money(price, quantity, m);
  const i128 flow =
      money(price, d, m);  // plus or minus the notional, which a choice would copy through memory
  const i128 fee = cap(engine.config.venue.fee_ppb(liquidity), notional);
  ledger.cash -= flow + fee;
  ledger.fees += fee;
  book_cost(ledger, state, engine.trading[symbol].cost, d, price, flow);
  set_position(engine, state, symbol, state.position + d);
  move_exposure(engine, state, symbol, quantity);
  // The position's change at the mark; set_mark adds the rest where there was no mark.
  ledger.equity += money(state.mark_or_zero(), d, m) - (flow + fee);
  if (!state.has_mark) set_mark(engine, state, symbol, price);
  const auto out_of_bounds = [&] {
    return !bounded(ledger.cash) || !bounded(ledger.fees) || !bounded(ledger.realised) ||
           !bounded(ledger.equity);
  };
  if (!surely_bounded(ledger) && out_of_bounds()) engine.fail("money out of bounds");
  return fee;
}

bool load_position(EngineState& engine, u32 symbol, i64 quantity, i64 price) {
  SymbolState& state = engine.symbols[symbol];
  Ledger& ledger = engine.ledger;
  const i64 mark = state.has_mark ? state.mark : price;
  const i128 change = money(mark, quantity - state.position, state.multiplier);
  if (!stays_bounded(ledger, change)) return false;
  set_position(engine, state, symbol, 0);  // so that a first mark revalues nothing
  set_mark(engine, state, symbol, mark);
  set_position(engine, state, symbol, quantity);
  touch_exposure(engine, state, symbol);
  engine.trading[symbol].cost = money(price, quantity, state.multiplier);
  ledger.equity += change;
  ledger.peak += change;
  ledger.session_open += change;
  return true;
}

bool add_cash(EngineState& engine, i128 amount) {
  Ledger& ledger = engine.ledger;
  if (!bounded(ledger.cash + amount) || !stays_bounded(ledger, amount)) return false;
  ledger.cash += amount;
  ledger.equity += amount;
  ledger.peak += amount;
  ledger.session_open += amount;
  return true;
}

void write_account(EngineState& engine, AccountCause cause, u32 symbol) {
  const SymbolState* state = symbol == kNoSymbol ? nullptr : &engine.symbols[symbol];
  const Ledger& ledger = engine.ledger;
  engine.records.add([&] {
    return contract::AccountRecord{
        .event_index = engine.event_index,
        .ts_init = engine.now,
        .symbol = symbol,
        .cause = number(cause),
        .position = state != nullptr ? state->position : 0,
        .cash = ledger.cash,
        .equity = ledger.equity,
        .fees = ledger.fees,
        .realised = ledger.realised,
        .cost = state != nullptr ? engine.trading[symbol].cost : 0,
        .mark = state != nullptr ? state->mark_or_zero() : 0,
    };
  });
}

i128 computed_equity(const EngineState& engine) {
  i128 equity = engine.ledger.cash;
  for (const SymbolState& state : engine.symbols) {
    equity += money(state.mark_or_zero(), state.position, state.multiplier);
  }
  return equity;
}

}  // namespace quartet
