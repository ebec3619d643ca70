// Conversions and selects of binary64 whose bits are pinned (spec 1.3, 1.4).
#pragma once

#include <bit>
#include <cmath>
#include <limits>

#include "quartet/core/tables.hpp"

namespace quartet {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr u64 kCanonicalNan = 0x7FF8000000000000;

// One rounding to nearest even.
inline double to_double(i64 value) { return static_cast<double>(value); }
inline double to_double(i128 value) { return static_cast<double>(value); }
// A price or a quantity in its own unit.
inline double scaled(i64 value) { return static_cast<double>(value) / 1e9; }

inline bool is_nan(double x) { return x != x; }
inline bool is_finite(double x) { return std::fabs(x) <= std::numeric_limits<double>::max(); }

// Every NaN is written with the same bits.
inline double canonical(double x) { return is_nan(x) ? std::bit_cast<double>(kCanonicalNan) : x; }

inline double spec_min(double a, double b) {
  if (is_nan(a) || is_nan(b)) return kNan;
  return b < a ? b : a;
}
inline double spec_max(double a, double b) {
  if (is_nan(a) || is_nan(b)) return kNan;
  return a < b ? b : a;
}

// Nearest integer, ties to even: adding and taking away 2^52 drops the fraction in one rounding.
inline double round_half_even(double x) {
  constexpr double two52 = 4503599627370496.0;
  if (!(std::fabs(x) < two52)) return x;
  const double shifted = (std::fabs(x) + two52) - two52;
  return std::copysign(shifted, x);
}

}  // namespace quartet
