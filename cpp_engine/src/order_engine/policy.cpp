// The target and the quoting policy (spec 10.1-10.4).
#include "quartet/order_engine/policy.hpp"

#include <algorithm>
#include <cmath>

#include "quartet/order_engine/reconciler.hpp"

namespace quartet {
namespace {

// The size of the target at a share a of a full score, in whole lots and held to quantity_max. By weight;
// none: it decides nothing.
[[gnu::noinline]] std::optional<i64> size_by_weight(const EngineState& engine, u32 symbol, i64 a) {
  const OrderTerms& terms = engine.terms(symbol);
  const SymbolState& state = engine.symbols[symbol];
  const i128 equity = engine.ledger.equity;
  if (!state.has_mark || state.mark <= 0) return std::nullopt;
  if (equity <= 0) return 0;
  const i128 budget = cap(a, cap(engine.config.policy.target.max_weight_ppb, equity));
  const i128 size = floor_to(budget / (i128{state.mark} * state.multiplier), terms.lot);
  return static_cast<i64>(std::min<i128>(size, terms.target_most));
}
// By quantity.
i64 size_by_quantity(const EngineState& engine, u32 symbol, i64 a) {
  const OrderTerms& terms = engine.terms(symbol);
  if (a == kScale) return terms.full_target;
  const i64 most = engine.config.policy.target.max_quantity;
  const u128 size = mul_div_unsigned(static_cast<u64>(most), static_cast<u64>(a), u64{kScale});
  return std::min(floor_to(static_cast<i64>(size), terms.lot), terms.target_most);
}

// The price that the order starts from, without offset; none: it is absent.
std::optional<i64> reference_price(const EngineState& engine, u32 symbol, bool buy) {
  const SymbolState& state = engine.symbols[symbol];
  const i64 tick = engine.terms(symbol).tick;
  const auto reference = static_cast<PriceReference>(engine.config.policy.target.price_reference);
  if (reference == PriceReference::Mark) {
    if (!state.has_mark) return std::nullopt;
    return buy ? floor_to(state.mark, tick) : ceil_to(state.mark, tick);
  }
  const bool bids = (reference == PriceReference::Own) == buy;
  if (bids) return state.has_bid() ? std::optional<i64>(state.bid_price) : std::nullopt;
  return state.has_ask() ? std::optional<i64>(state.ask_price) : std::nullopt;
}

// The direction of a verdict, which has not decided yet (spec 10.2).
i8 turn(EngineState& engine, u32 symbol, const Signal& signal) {
  SymbolState& state = engine.symbols[symbol];
  const double threshold = engine.config.policy.direction_threshold;
  state.decided_score = kNan;
  const i8 direction = signal.score > threshold ? i8{1} : (signal.score < -threshold ? i8{-1} : i8{0});
  if (direction != state.direction) change_direction(engine, symbol, signal, direction);
  return direction;
}

}  // namespace

void change_direction(EngineState& engine, u32 symbol, const Signal& signal, i8 direction) {
  SymbolState& state = engine.symbols[symbol];
  state.direction = direction;
  const u64 signal_id = ++engine.last_signal_id;
  engine.trading[symbol].signal_id = signal_id;
  ++engine.counters.signals;
  engine.records.add([&] {
    return contract::SignalRecord{
        .event_index = engine.event_index,
        .ts_init = engine.now,
        .symbol = symbol,
        .direction = direction,
        .signal_id = signal_id,
        .score = canonical(signal.score),
        .confidence = canonical(signal.confidence),
        .fair_value = canonical(signal.fair_value),
        .ts_signal = signal.ts,
    };
  });
}

bool set_target(EngineState& engine, u32 symbol, double x) {
  const i64 a = static_cast<i64>(round_half_even(std::fabs(x) * 1e9));
  i64 size = 0;
  if (engine.config.policy.target.sizing != number(Sizing::Quantity)) {
    const std::optional<i64> known = size_by_weight(engine, symbol, a);
    if (!known) return false;
    size = *known;
  } else if (a != 0) {
    size = size_by_quantity(engine, symbol, a);
  }
  SymbolState& state = engine.symbols[symbol];
  state.target = x < 0.0 ? -size : size;
  state.target_x = x;
  state.has_target = true;
  return true;
}

bool aim(EngineState& engine, u32 symbol, const Signal& signal) {
  SymbolState& state = engine.symbols[symbol];
  const PolicyConfig& policy = engine.config.policy;
  const i8 direction = turn(engine, symbol, signal);
  const double product = signal.score * signal.confidence;
  double x = product < -1.0 ? -1.0 : (1.0 < product ? 1.0 : product);
  if (direction == 0 || x == 0.0) x = 0.0;
  const bool always = policy.target.rebalance == number(Rebalance::Always);
  if (always || !state.has_target || x != state.target_x) {
    if (!set_target(engine, symbol, x)) return false;
  }
  if (!always) {
    state.decided_score = signal.score;
    state.decided_confidence = signal.confidence;
  }
  return true;
}

void decide_anew(EngineState& engine, u32 symbol, const Signal& signal) {
  if (engine.config.policy.quotes()) {
    turn(engine, symbol, signal);
    quote_around(engine, symbol, signal.fair_value);
    return;
  }
  if (!aim(engine, symbol, signal)) return;
  const SymbolState& state = engine.symbols[symbol];
  if (state.target != state.position || state.open_orders != 0) trade_to_target(engine, symbol);
}

void trade_to_target(EngineState& engine, u32 symbol) {
  const SymbolState& state = engine.symbols[symbol];
  const TargetPolicy& policy = engine.config.policy.target;
  const OrderTerms& terms = engine.terms(symbol);
  const i64 d = state.target - state.position;
  const Side side = d > 0 ? Side::Buy : Side::Sell;
  // What is less than a lot away is not traded.
  const i64 quantity = terms.in_lots(d > 0 ? d : -d);
  if (quantity == 0) {
    if (state.open_orders != 0) reconcile(engine, symbol, {});
    return;
  }
  Desire desire;
  desire.type = static_cast<OrderType>(policy.order_type);
  desire.quantity = quantity;
  const i64 slice = engine.config.reconciler.slice_quantity;
  if (slice != 0) desire.quantity = std::min(quantity, floor_to(slice, terms.lot));
  if (desire.type != OrderType::Market) {
    const std::optional<i64> reference = reference_price(engine, symbol, side == Side::Buy);
    if (!reference) return;
    const i64 offset = policy.offset_ticks * terms.tick;
    desire.price = side == Side::Buy ? *reference + offset : *reference - offset;
  }
  if (state.open_orders == 0) {
    create_desired(engine, symbol, side, desire);
    return;
  }
  Desires desires;
  desires[side_index(side)] = desire;
  reconcile(engine, symbol, desires);
}

void quote_around(EngineState& engine, u32 symbol, double fair_value) {
  const SymbolState& state = engine.symbols[symbol];
  const QuotingPolicy& policy = engine.config.policy.quoting;
  const i64 tick = engine.instrument(symbol).tick;
  Desires desires;
  if (std::fabs(fair_value) < 4e9) {
    const i128 fair = static_cast<i64>(round_half_even(fair_value * 1e9));
    const i128 skew = mul_div(policy.inventory_skew, state.position, policy.max_inventory);
    i128 bid = floor_to(fair - policy.half_spread - skew, tick);
    i128 ask = ceil_to(fair + policy.half_spread - skew, tick);
    if (state.has_ask()) bid = std::min(bid, floor_to(i128{state.ask_price} - 1, tick));
    if (state.has_bid()) ask = std::max(ask, ceil_to(i128{state.bid_price} + 1, tick));
    const i128 position = state.position;
    if (position + policy.quote_quantity <= policy.max_inventory) {
      desires[side_index(Side::Buy)] = Desire{OrderType::PostOnly, saturate(bid), policy.quote_quantity};
    }
    if (position - policy.quote_quantity >= -i128{policy.max_inventory}) {
      desires[side_index(Side::Sell)] = Desire{OrderType::PostOnly, saturate(ask), policy.quote_quantity};
    }
  }
  reconcile(engine, symbol, desires);
}

void decide_bars(EngineState& engine) {
  SymbolSet& waiting = engine.pending_verdicts;
  for (u32 symbol = waiting.next(0); symbol != kNoSymbol; symbol = waiting.next(symbol + 1)) {
    PendingVerdict& pending = engine.trading[symbol].extras.make().pending;
    const Signal signal{pending.score, pending.confidence, pending.fair_value, pending.ts};
    pending = {};
    waiting.erase(symbol);
    if (i128{engine.now} - signal.ts > engine.config.signals.max_age_ns) {
      ++engine.counters.expired_signals;
    } else {
      decide(engine, symbol, signal);
    }
  }
}

}  // namespace quartet
