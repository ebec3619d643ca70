// Exponential averages; they keep their state where the input is NaN (spec 4.7, 4.8).
#pragma once

#include <algorithm>

#include "quartet/core/floating.hpp"

namespace quartet::smoothing {

inline constexpr u64 kStepsMax = u64{1} << 63;

class Ema {
 public:
  Ema(u32 min_periods, double alpha)
      : min_periods_(min_periods), settled_(std::max(min_periods, u32{2}) - 1), alpha_(alpha) {}

  double step(u64* steps, double* s, double x) const { return is_nan(x) ? kNan : step_number(steps, s, x); }
  // One range says that it is neither the first step, nor one before min_periods, nor too many to count.
  double step_number(u64* steps, double* s, double x) const {
    if (*steps - settled_ < kStepsMax - settled_) [[likely]] {
      ++*steps;
      return *s = *s + alpha_ * (x - *s);
    }
    if (*steps < kStepsMax) ++*steps;
    *s = *steps == 1 ? x : *s + alpha_ * (x - *s);
    return *steps >= min_periods_ ? *s : kNan;
  }

 private:
  u32 min_periods_;
  u64 settled_;
  double alpha_;
};

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
