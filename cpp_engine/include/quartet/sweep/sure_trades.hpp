// Market orders that are known ahead to pass every row and to fill at once (spec 9.3, 7.5).
#pragma once

#include "quartet/engine_state.hpp"
#include "quartet/sweep/piece.hpp"

namespace quartet::sweep {

// Bounds on the orders of one run of quotes, worked out when the first one comes.
class SureTrades {
 public:
  // Trades the symbol, which has no order, to its target as trade_to_target would; false where that is not
  // sure, and nothing has changed that it would not change.
  bool trade(EngineState& engine, const QuoteRun& quotes);
  // After a quote that may have changed more than view, equity and position.
  void forget() { placed_ = false; }

 private:
  void place(EngineState& engine, const QuoteRun& quotes);

  bool placed_ = false;
  i64 quantity_most_ = 0;  // of an order; 0: none is sure
  i64 worst_most_ = 0;     // of the position before and after it
  i64 reach_ = 0;          // of a MARKET order's price from the mark, at least
  i128 equity_low_ = 0;    // all this holds for as long as the equity has not fallen below
};

}  // namespace quartet::sweep
