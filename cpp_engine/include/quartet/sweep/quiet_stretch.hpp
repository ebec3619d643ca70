// Many quotes at once that change nothing but the market view and the equity (spec 5, 6, 8.4).
#pragma once

#include "quartet/engine_state.hpp"
#include "quartet/sweep/piece.hpp"

namespace quartet::sweep {

// Takes quotes of the run from `at` on, at most to `stop`, as if one by one, and returns where it has come
// to; `at` where the next quote must be looked at by itself. Nothing pends, the symbol has no order; what the
// verdicts decide is left to the caller.
std::size_t skip_quotes(EngineState& engine, const Piece& piece, std::size_t at, std::size_t stop);

}  // namespace quartet::sweep
