// An order before the rows of spec 9.3, and what they make of it.
#pragma once

#include "quartet/engine_state.hpp"

namespace quartet {

// Why an order was refused; code NONE: it was not.
struct Refusal {
  Code code = Code::None;
  i128 limit = 0;
  i128 value = 0;
  explicit operator bool() const { return code != Code::None; }
};

// What is done to the orders that this one could meet, once its fate is known (spec 9.9).
enum class ConflictAction : u8 { None, Cancel, Decrement };

struct OrderTest {
  u32 symbol = 0;
  Side side = Side::Buy;
  bool flatten = false;
  OrderType type = OrderType::Limit;  // not beside the side: both would be copied by one load that waits
  i64 price = 0;                      // a MARKET order's becomes its collar limit in row 6
  i64 quantity = 0;  // under test: what DECREMENT leaves of a new order, the leaves asked for of a replace
  i64 desired_price = 0;
  i64 desired_quantity = 0;
  const Order* replaced = nullptr;
  bool same_terms = false;  // a replace at the same price to no more leaves
  ConflictAction conflict_action = ConflictAction::None;

  // The symbol's worst side with this order in it (spec 9.5).
  i64 buys = 0;
  i64 sells = 0;
  i64 worst = 0;
  bool reducing = false;
  bool short_sale = false;

  bool buying() const { return side == Side::Buy; }
};

// Places the order in its symbol's B and S; anew whenever its quantity changes.
void place_in_exposure(const EngineState& engine, OrderTest& test);

// A MARKET order never leaves without a collar (spec 9.4).
inline constexpr i64 kDefaultCollarPpb = 50'000'000;

// The price of a MARKET order (spec 9.4).
i64 collar_price(const EngineState& engine, const OrderTest& test, i64 collar_ppb);

Refusal test_standing(const EngineState& engine, const OrderTest& test);     // rows 1 and 2
Refusal test_terms(const EngineState& engine, const OrderTest& test);        // row 3
Refusal test_market(const EngineState& engine, const OrderTest& test);       // row 4
Refusal test_data_age(const EngineState& engine, const OrderTest& test);     // row 5
Refusal test_collar(const EngineState& engine, OrderTest& test);             // row 6
Refusal test_size(const EngineState& engine, const OrderTest& test);         // rows 7 to 9
Refusal test_duplicate(EngineState& engine, const OrderTest& test);          // row 10
Refusal test_rate(EngineState& engine, const OrderTest& test);               // row 11
Refusal test_self_trade(EngineState& engine, OrderTest& test);               // row 12
Refusal test_open_orders(const EngineState& engine, const OrderTest& test);  // row 12
// The symbol's N with this order in it (spec 9.5).
i128 notional_with(const EngineState& engine, const OrderTest& test);
// At most the gross exposure of all symbols, with this order in it.
i128 gross_with(const EngineState& engine, const OrderTest& test, i128 notional);
// Whether bounds already show that rows 1 to 9 pass, with the price of a MARKET order set as they set it;
// false says nothing.
bool order_surely_passes(EngineState& engine, OrderTest& test);
// Whether bounds on gross exposure already show that rows 13 to 19 pass; false says nothing.
bool account_surely_passes(EngineState& engine, const OrderTest& test);
// Whether the equity covers the margins on that gross exposure at the largest rate; false says nothing.
bool margins_surely_pass(const EngineState& engine, i128 gross);
// Sets the shares of the bounds from limits, instruments and risk model; the terms from limits and
// instruments.
void place_account_bounds(EngineState& engine);
void place_order_terms(EngineState& engine);
// The bounds, with their amounts placed anew where the equity has left their range.
const AccountBounds& bounds_now(EngineState& engine);

Refusal test_buying_power(EngineState& engine, const OrderTest& test);   // row 13
Refusal test_exposure(EngineState& engine, const OrderTest& test);       // rows 14 to 17
Refusal test_value_at_risk(EngineState& engine, const OrderTest& test);  // rows 18 and 19
Refusal test_latches(const EngineState& engine, const OrderTest& test);  // rows 20 and 21

// All rows in their order.
Refusal test_order(EngineState& engine, OrderTest& test);
// What passing all rows costs: tokens, and a place in the duplicate memory (spec 9.6).
void charge_order(EngineState& engine, const OrderTest& test);

}  // namespace quartet
