// Market orders that come and go within one call (spec 7.5, 8.1).
#pragma once

#include "quartet/risk_engine/order_test.hpp"

namespace quartet {

// Whether the order, which has passed its rows, is filled whole at the best price before anything else
// happens.
bool fills_at_once(const EngineState& engine, const OrderTest& test);
// The life of such an order: its fill and its records. Its slot, its reports and its place in the exposure
// would be given back anyway.
void fill_at_once(EngineState& engine, const OrderTest& test, u64 id);

}  // namespace quartet
