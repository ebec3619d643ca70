// Market orders that come and go within one call, where nobody reads the records in between (spec 7.5, 8.1).
#pragma once

#include "quartet/risk_engine/order_test.hpp"

namespace quartet {

// Whether the order, which has passed its rows, is filled whole at the best price before anything else
// happens.
bool fills_at_once(const EngineState& engine, const OrderTest& test);
// What is left of such an order's life: its slot, its reports and its place in the exposure would be given
// back anyway.
void fill_at_once(EngineState& engine, const OrderTest& test);

}  // namespace quartet
