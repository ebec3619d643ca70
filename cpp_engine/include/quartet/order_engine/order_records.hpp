// ORDER records of transitions and refusals (spec 9.2, 9.7, 9.8).
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

// What an ORDER record says beyond the order itself.
struct OrderNote {
  OrderState from = OrderState::Created;
  OrderState to = OrderState::Created;
  Trigger trigger = Trigger::Submit;
  Code code = Code::None;
  i64 price = 0;
  i64 quantity = 0;
  i128 limit = 0;
  i128 value = 0;
  i64 ts_venue = 0;
};

inline void write_order(EngineState& engine, const Order& order, const OrderNote& note) {
  auto& record = engine.records.add<contract::OrderRecord>();
  record.event_index = engine.event_index;
  record.ts_init = engine.now;
  record.symbol = order.symbol;
  record.side = number(order.side);
  record.order_type = number(order.type);
  record.state_from = number(note.from);
  record.code = number(note.code);
  record.state_to = number(note.to);
  record.trigger = number(note.trigger);
  record.order_id = order.id;
  record.price = note.price;
  record.quantity = note.quantity;
  record.leaves = note.quantity - order.cum;
  record.cum = order.cum;
  record.signal_id = order.signal_id;
  record.limit = note.limit;
  record.value = note.value;
  record.ts_venue = note.ts_venue;
}

// A transition that leaves price and quantity as the order has them.
inline void write_transition(EngineState& engine, const Order& order, OrderState from, Trigger trigger,
                             Code code, i64 ts_venue) {
  write_order(engine, order, {from, order.state, trigger, code, order.price, order.quantity, 0, 0, ts_venue});
}

}  // namespace quartet
