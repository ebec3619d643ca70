// An open order, as we and as the simulated venue see it (spec 9, 7).
#pragma once

#include "quartet/core/symbol_state.hpp"

namespace quartet {

struct Order {
  u64 id = 0;  // 0: the slot is free
  u32 symbol = 0;
  Side side = Side::Buy;
  OrderType type = OrderType::Limit;
  OrderState state = OrderState::Created;
  bool flatten = false;
  i64 price = 0;
  i64 quantity = 0;
  i64 cum = 0;
  i64 created = 0;
  u64 signal_id = 0;
  u64 last_exec_id = 0;

  // A replace that the venue has not answered.
  bool has_pending = false;
  i64 pending_price = 0;
  i64 pending_quantity = 0;

  // The venue's view; zeros while the order is not there (spec 14.3).
  bool at_venue = false;
  bool resting = false;
  i64 venue_price = 0;
  i64 venue_quantity = 0;
  i64 venue_cum = 0;
  i64 ahead = 0;
  i64 level = 0;
  i64 traded = 0;

  // What it adds to the symbol's B or S and to the reserved cash (spec 9.5).
  i64 counted_leaves = 0;
  i128 reserved = 0;

  // Neighbours in ascending id, of all open orders and of the symbol's.
  u32 next = kNoOrder;
  u32 previous = kNoOrder;
  u32 symbol_next = kNoOrder;
  u32 symbol_previous = kNoOrder;

  i64 leaves() const { return quantity - cum; }
  i64 venue_leaves() const { return venue_quantity - venue_cum; }
  bool live() const { return state == OrderState::New || state == OrderState::PartiallyFilled; }
  // Can be canceled (spec 8.7).
  bool working() const {
    return state == OrderState::PendingNew || live() || state == OrderState::PendingReplace ||
           state == OrderState::Suspended;
  }
};

}  // namespace quartet
