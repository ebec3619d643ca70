// Controls, read and tested before their batch runs (spec 11).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "quartet/risk_engine/controls.hpp"

namespace quartet::edge {

// A control that can not be read, or is out of bounds, comes back not valid.
ControlCommand decode_control(std::string_view bytes, const EngineState& engine);

}  // namespace quartet::edge
