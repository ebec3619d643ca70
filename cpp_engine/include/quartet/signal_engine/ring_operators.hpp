// Operators that look back over a ring of the last n values (spec 4.4).
#pragma once

#include "quartet/core/floating.hpp"

namespace quartet::ring {

inline void write(u64* u, double* ring, u32 n, double x) {
  ring[u[0]] = x;
  u[0] = u[0] + 1 == n ? 0 : u[0] + 1;
  if (u[1] < n) ++u[1];
}

// The value of n steps ago, then x takes its place.
inline double delay(u64* u, double* ring, u32 n, double x) {
  const double before = u[1] == n ? ring[u[0]] : kNan;
  write(u, ring, n, x);
  return before;
}

// Calls visit(i, x_i) for i = 1..n, oldest to newest; false where there are too few values or a NaN among
// them.
template <class Visit>
inline bool scan(const u64* u, const double* ring, u32 n, Visit visit) {
  if (u[1] != n) return false;
  bool clean = true;
  u64 at = u[0];
  for (u32 i = 1; i <= n; ++i) {
    const double x = ring[at];
    clean = clean && !is_nan(x);
    visit(i, x);
    at = at + 1 == n ? 0 : at + 1;
  }
  return clean;
}

// Position of the first value that no later one beats strictly.
template <class Beats>
inline double extremum_position(u64* u, double* ring, u32 n, double x, Beats beats) {
  write(u, ring, n, x);
  double best = 0.0;
  u32 place = 0;
  const bool known = scan(u, ring, n, [&](u32 i, double value) {
    if (i == 1 || beats(value, best)) {
      best = value;
      place = i;
    }
  });
  return known ? to_double(i64{place}) : kNan;
}

inline double argmin(u64* u, double* ring, u32 n, double x) {
  return extremum_position(u, ring, n, x, [](double value, double best) { return value < best; });
}
inline double argmax(u64* u, double* ring, u32 n, double x) {
  return extremum_position(u, ring, n, x, [](double value, double best) { return best < value; });
}

inline double rank(u64* u, double* ring, u32 n, double x) {
  write(u, ring, n, x);
  i64 less = 0;
  i64 equal = 0;
  const bool known = scan(u, ring, n, [&](u32, double value) {
    less += value < x ? 1 : 0;
    equal += value == x ? 1 : 0;
  });
  return known ? (to_double(less) + (to_double(equal) + 1.0) * 0.5) / to_double(i64{n}) : kNan;
}

inline double linear_decay(u64* u, double* ring, u32 n, double x) {
  write(u, ring, n, x);
  double acc = 0.0;
  const bool known = scan(u, ring, n, [&](u32 i, double value) { acc = acc + to_double(i64{i}) * value; });
  const i64 weights = i64{n} * (i64{n} + 1) / 2;
  return known ? acc / to_double(weights) : kNan;
}

inline double slope(u64* u, double* ring, u32 n, double x) {
  write(u, ring, n, x);
  const double middle = to_double(i64{n} + 1) * 0.5;
  double acc = 0.0;
  const bool known =
      scan(u, ring, n, [&](u32 i, double value) { acc = acc + (to_double(i64{i}) - middle) * value; });
  if (!known || n == 1) return kNan;
  const double count = to_double(i64{n});
  return acc / (count * (count * count - 1.0) / 12.0);
}

}  // namespace quartet::ring
