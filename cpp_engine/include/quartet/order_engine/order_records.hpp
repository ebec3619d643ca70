// ORDER records of transitions and refusals, and FILL records (spec 9.2, 9.7, 9.8).
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
  engine.records.add([&] {
    return contract::OrderRecord{
        .event_index = engine.event_index,
        .ts_init = engine.now,
        .symbol = order.symbol,
        .side = number(order.side),
        .order_type = number(order.type),
        .state_from = number(note.from),
        .code = number(note.code),
        .state_to = number(note.to),
        .trigger = number(note.trigger),
        .order_id = order.id,
        .price = note.price,
        .quantity = note.quantity,
        .leaves = note.quantity - order.cum,
        .cum = order.cum,
        .signal_id = order.signal_id,
        .limit = note.limit,
        .value = note.value,
        .ts_venue = note.ts_venue,
    };
  });
}

// A transition that leaves price and quantity as the order has them.
inline void write_transition(EngineState& engine, const Order& order, OrderState from, Trigger trigger,
                             Code code, i64 ts_venue) {
  write_order(engine, order, {from, order.state, trigger, code, order.price, order.quantity, 0, 0, ts_venue});
}

// Of a fill that the account has booked.
inline void write_fill(EngineState& engine, const Order& order, const Report& report, i128 fee) {
  engine.records.add([&] {
    return contract::FillRecord{
        .event_index = engine.event_index,
        .ts_init = engine.now,
        .symbol = order.symbol,
        .side = number(order.side),
        .liquidity = report.liquidity,
        .reason = report.reason,
        .order_id = order.id,
        .exec_id = report.exec_id,
        .price = report.price,
        .quantity = report.quantity,
        .fee = fee,
        .cause_event = report.cause_event,
        .ts_venue = report.ts,
        .position = engine.symbols[order.symbol].position,
    };
  });
}

}  // namespace quartet
