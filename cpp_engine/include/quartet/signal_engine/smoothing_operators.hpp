// Exponential averages; they keep their state where the input is NaN (spec 4.7, 4.8).
#pragma once

#include "quartet/core/floating.hpp"

namespace quartet::smoothing {

inline constexpr u64 kStepsMax = u64{1} << 63;

inline double ema(u64* steps, double* s, u32 min_periods, double alpha, double x) {
  if (is_nan(x)) return kNan;
  if (*steps < kStepsMax) ++*steps;
  *s = *steps == 1 ? x : *s + alpha * (x - *s);
  return *steps >= min_periods ? *s : kNan;
}

inline double wilder(u64* steps, double* s, u32 n, double x) {
  if (is_nan(x)) return kNan;
  if (*steps < kStepsMax) ++*steps;
  const double count = to_double(i64{n});
  if (*steps <= n) {
    *s = *s + x;
    if (*steps == n) *s = *s / count;
  } else {
    *s = *s + (x - *s) / count;
  }
  return *steps >= n ? *s : kNan;
}

}  // namespace quartet::smoothing
