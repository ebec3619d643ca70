// Rows 10 to 12: duplicates, message rate, own orders (spec 9.3, 9.6, 9.9).
#include <algorithm>

#include "quartet/core/fixed_point.hpp"
#include "quartet/risk_engine/order_test.hpp"

namespace quartet {
namespace {

void refill(TokenBucket& bucket, i64 rate, i64 now) {
  if (now <= bucket.ts) return;
  const u64 burst = 2 * static_cast<u64>(rate) * kScale;
  u64 gained = 0;
  const u64 passed = static_cast<u64>(now) - static_cast<u64>(bucket.ts);
  const bool full = __builtin_mul_overflow(static_cast<u64>(rate), passed, &gained) || gained >= burst;
  bucket.tokens = static_cast<i64>(full ? burst : std::min(burst, static_cast<u64>(bucket.tokens) + gained));
  bucket.ts = now;
}

AcceptedOrder as_desired(const EngineState& engine, const OrderTest& test) {
  return {.side = number(test.side),
          .type = number(test.type),
          .quantity = test.desired_quantity,
          .price = test.desired_price,
          .ts = engine.now};
}

bool reaches(const OrderTest& test, i64 price) {
  return test.buying() ? test.price >= price : test.price <= price;
}

void find_conflicts(EngineState& engine, const OrderTest& test) {
  engine.conflicts.clear();
  const SymbolState& state = engine.symbols[test.symbol];
  for (u32 slot = state.first_order; slot != kNoOrder; slot = engine.orders[slot].symbol_next) {
    const Order& order = engine.orders[slot];
    if (order.side == test.side) continue;
    if (reaches(test, order.price) || (order.has_pending && reaches(test, order.pending_price))) {
      engine.conflicts.push_back(order.id);
    }
  }
}

// The conflicts take from the order what they lose; false where one of them can not be changed now.
bool decrement(EngineState& engine, OrderTest& test) {
  i64 rest = test.quantity;
  for (const u64 id : engine.conflicts) {
    const Order& order = *engine.orders.find(id);
    if (!order.live()) return false;
    rest -= std::min(rest, order.leaves());
  }
  test.conflict_action = ConflictAction::Decrement;
  if (rest == 0) return false;
  test.quantity = rest;
  place_in_exposure(engine, test);
  return true;
}

bool duplicate_row_is_on(const EngineState& engine, const OrderTest& test) {
  return engine.limits.duplicate_window_ns && !engine.config.policy.quotes() && test.replaced == nullptr;
}

}  // namespace

Refusal test_duplicate(EngineState& engine, const OrderTest& test) {
  if (!duplicate_row_is_on(engine, test)) return {};
  AcceptedOrders& accepted = engine.accepted;
  u32& last = engine.trading[test.symbol].last_accepted;
  accepted.drop_until(last, engine.now - *engine.limits.duplicate_window_ns);
  for (u32 slot = accepted.first(last); slot != AcceptedOrders::kNone; slot = accepted.after(slot, last)) {
    const AcceptedOrder& before = accepted[slot];
    if (before.side == number(test.side) && before.type == number(test.type) &&
        before.quantity == test.desired_quantity && before.price == test.desired_price) {
      return {Code::DuplicateOrder};
    }
  }
  return {};
}

Refusal test_rate(EngineState& engine, const OrderTest& test) {
  const Limit& rate = engine.limits.max_orders_per_second;
  const Limit& symbol_rate = engine.limits.max_orders_per_second_symbol;
  TokenBucket& symbol_bucket = engine.trading[test.symbol].bucket;
  if (rate) refill(engine.bucket, *rate, engine.now);
  if (symbol_rate) refill(symbol_bucket, *symbol_rate, engine.now);
  if (rate && engine.bucket.tokens < kScale) return {Code::MessageRate, kScale, engine.bucket.tokens};
  if (symbol_rate && symbol_bucket.tokens < kScale) return {Code::MessageRate, kScale, symbol_bucket.tokens};
  return {};
}

Refusal test_self_trade(EngineState& engine, OrderTest& test) {
  if (engine.symbols[test.symbol].open_orders == 0) return {};
  find_conflicts(engine, test);
  if (engine.conflicts.empty()) return {};
  switch (static_cast<SelfTrade>(engine.limits.self_trade)) {
    case SelfTrade::CancelNewest:
      return {Code::SelfTrade};
    case SelfTrade::CancelOldest:
      if (test.replaced != nullptr) return {Code::SelfTrade};
      test.conflict_action = ConflictAction::Cancel;
      return {};
    case SelfTrade::CancelBoth:
      test.conflict_action = ConflictAction::Cancel;
      return {Code::SelfTrade};
    case SelfTrade::Decrement:
      if (test.replaced != nullptr || !decrement(engine, test)) return {Code::SelfTrade};
      return {};
  }
  return {};
}

Refusal test_open_orders(const EngineState& engine, const OrderTest& test) {
  if (test.replaced != nullptr) return {};
  const i64 capacity = engine.orders.capacity();
  const i64 most = std::min(engine.limits.max_open_orders.value_or(capacity), capacity);
  const i64 open = i64{engine.orders.size()} + 1;
  if (open > most) return {Code::OpenOrders, most, open};
  const Limit& symbol_most = engine.limits.max_open_orders_symbol;
  const i64 symbol_open = i64{engine.symbols[test.symbol].open_orders} + 1;
  if (symbol_most && symbol_open > *symbol_most) return {Code::OpenOrders, *symbol_most, symbol_open};
  return {};
}

void charge_order(EngineState& engine, const OrderTest& test) {
  if (test.flatten || !engine.config.check_risk) return;
  SymbolTrading& trading = engine.trading[test.symbol];
  if (engine.limits.max_orders_per_second) engine.bucket.tokens -= kScale;
  if (engine.limits.max_orders_per_second_symbol) trading.bucket.tokens -= kScale;
  if (duplicate_row_is_on(engine, test))
    engine.accepted.push(trading.last_accepted, as_desired(engine, test));
}

}  // namespace quartet
