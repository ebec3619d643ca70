// The logical state as bytes, equal in every engine (spec 14).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "quartet/engine_state.hpp"

namespace quartet::edge {

// An engine at its start; throws BAD_CONFIG, BAD_PROGRAM or CAPACITY.
std::unique_ptr<EngineState> configure(std::string config);

std::string take_snapshot(const EngineState& engine);
// A new engine in the state of the snapshot; throws BAD_SNAPSHOT or CONTRACT_MISMATCH.
std::unique_ptr<EngineState> restore(std::string_view snapshot);

}  // namespace quartet::edge
