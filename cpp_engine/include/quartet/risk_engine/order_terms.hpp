// What instrument and limits in force say of a symbol's orders, in one place (spec 9.3).
#pragma once

#include "quartet/core/tables.hpp"

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
};

}  // namespace quartet
