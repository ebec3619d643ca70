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

void reconcile(EngineState& engine, u32 symbol, const Desires& desires);

}  // namespace quartet
