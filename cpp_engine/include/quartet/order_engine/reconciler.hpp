// Works the open orders of a symbol towards what the policy desires (spec 10.5).
#pragma once

#include <array>
#include <optional>

#include "quartet/engine_state.hpp"

namespace quartet {

struct Desire {
  OrderType type = OrderType::Limit;
  i64 price = 0;
  i64 quantity = 0;
};
using Desires = std::array<std::optional<Desire>, 2>;  // by side_index

// Pass 3 of one side that has no open order: creates the order, unless the retry rule holds it back.
void create_desired(EngineState& engine, u32 symbol, Side side, const Desire& desire);

void reconcile(EngineState& engine, u32 symbol, const Desires& desires);

}  // namespace quartet
