// What is known ahead of an order about rows 8 and 13 to 19: the strictest shares, the largest risk, and the
// amounts that they allow at an equity that has not been fallen below since (spec 9.3).
#pragma once

#include <limits>

#include "quartet/core/tables.hpp"

namespace quartet {

inline constexpr double kQuantile = 2.3263478740408408;  // 99 % of a standard normal
inline constexpr i64 kMostPpb = 100'000'000'000;         // of any limit (spec 1.8)

struct AccountBounds {
  i64 margin_ppb = 0;         // the largest initial margin of all symbols
  i64 exposure_ppb = 0;       // the least share of the equity that a row allows any symbol, or all of them
  i64 risk_ppb = 0;           // value at risk of an amount that is all of the riskiest symbol, rounded up
  i64 allowed_risk_ppb = -1;  // the least share of the equity that value at risk may reach; -1: not known

  // While the equity is in this range, amounts up to these pass; outside of it they say nothing.
  i128 equity_low = 0;
  i128 equity_high = -1;
  i128 order_most = 0;    // of one order (row 8)
  i128 gross_most = 0;    // of gross exposure (rows 13, 14, 16, 17)
  i128 at_risk_most = 0;  // of gross exposure at risk prices (rows 18 and 19, while the model is valid)
};

}  // namespace quartet
