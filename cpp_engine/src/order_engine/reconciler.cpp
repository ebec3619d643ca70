// The three passes of the reconciler (spec 10.5).
#include "quartet/order_engine/reconciler.hpp"

#include "quartet/core/fixed_point.hpp"
#include "quartet/order_engine/order_engine.hpp"

namespace quartet {
namespace {

constexpr std::array<Side, 2> kSides = {Side::Buy, Side::Sell};

bool matches(const EngineState& engine, const Order& order, const Desire& desire) {
  if (!order.live() || order.type != desire.type) return false;
  const PolicyConfig& policy = engine.config.policy;
  const i128 tolerance =
      policy.quotes() ? i128{policy.quoting.requote_ticks} * engine.instrument(order.symbol).tick : 0;
  if (absolute(i128{order.price} - desire.price) > tolerance) return false;
  return policy.quotes() ? order.leaves() <= desire.quantity : order.leaves() == desire.quantity;
}

// The orders of one side as they stand when pass 1 reaches it; their ids are in engine.walked.
struct SideOrders {
  u64 kept = 0;
  bool busy = false;
};

SideOrders survey(EngineState& engine, u32 symbol, Side side, const std::optional<Desire>& desire) {
  SideOrders found;
  engine.walked.clear();
  for (u32 slot = engine.symbols[symbol].first_order; slot != kNoOrder;
       slot = engine.orders[slot].symbol_next) {
    const Order& order = engine.orders[slot];
    if (order.side != side) continue;
    engine.walked.push_back(order.id);
    if (!order.live()) found.busy = true;
    if (found.kept == 0 && desire && matches(engine, order, *desire)) found.kept = order.id;
  }
  return found;
}

// Pass 1 of one side: keeps one order, marks at most one for replacement (its id is returned), cancels the
// others.
u64 clear_side(EngineState& engine, u32 symbol, Side side, const std::optional<Desire>& desire) {
  const SideOrders found = survey(engine, symbol, side, desire);
  const bool may_replace = engine.config.reconciler.use_replace && desire && found.kept == 0 && !found.busy;
  u64 marked = 0;
  for (const u64 id : engine.walked) {
    Order* order = engine.orders.find(id);
    if (order == nullptr || !order->live() || id == found.kept) continue;
    const bool replaceable = order->type == OrderType::Limit || order->type == OrderType::PostOnly;
    if (may_replace && marked == 0 && replaceable && order->type == desire->type) {
      marked = id;
    } else {
      request_cancel(engine, *order);
    }
  }
  return marked;
}

bool has_open_order(const EngineState& engine, u32 symbol, Side side) {
  for (u32 slot = engine.symbols[symbol].first_order; slot != kNoOrder;
       slot = engine.orders[slot].symbol_next) {
    if (engine.orders[slot].side == side) return true;
  }
  return false;
}

}  // namespace

void create_desired(EngineState& engine, u32 symbol, Side side, const Desire& desire) {
  if (held_back(engine, symbol, side, desire.type, desire.price, desire.quantity)) return;
  create_order(engine, {symbol, side, desire.type, desire.price, desire.quantity, false});
}

void reconcile(EngineState& engine, u32 symbol, const Desires& desires) {
  std::array<u64, 2> marked = {0, 0};
  if (engine.symbols[symbol].open_orders != 0) {
    for (const Side side : kSides) {
      marked[side_index(side)] = clear_side(engine, symbol, side, desires[side_index(side)]);
    }
  }
  for (const Side side : kSides) {
    const std::optional<Desire>& desire = desires[side_index(side)];
    Order* order = engine.orders.find(marked[side_index(side)]);
    if (order == nullptr || !order->live()) continue;
    if (held_back(engine, symbol, side, desire->type, desire->price, desire->quantity)) continue;
    request_replace(engine, *order, desire->price, desire->quantity);
  }
  for (const Side side : kSides) {
    const std::optional<Desire>& desire = desires[side_index(side)];
    if (desire && !has_open_order(engine, symbol, side)) create_desired(engine, symbol, side, *desire);
  }
}

}  // namespace quartet
