// What a kind of instrument and the limits in force say of orders, in one place (spec 9.3).
#pragma once

#include "quartet/core/fixed_point.hpp"

namespace quartet {

// A limit that is absent is the largest value that there is.
struct alignas(64) OrderTerms {
  i64 tick = 0;
  i64 lot = 0;
  i64 price_min = 0;
  i64 price_max = 0;
  i64 target_most = 0;        // quantity_max in whole lots (spec 10.3)
  i64 market_collar_ppb = 0;  // of a MARKET order, which always has one (spec 9.4)
  i64 quantity_most = 0;      // rows 7 and 9
  i64 worst_most = 0;         // row 14
  i64 full_target = 0;        // of a full score, by quantity

  // In whole lots. Most orders are of a whole target or turn one round, which takes no division.
  i64 in_lots(i64 quantity) const {
    return quantity == full_target || quantity == 2 * full_target ? quantity : floor_to(quantity, lot);
  }
};

}  // namespace quartet
