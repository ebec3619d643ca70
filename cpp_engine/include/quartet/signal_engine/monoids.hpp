// What rolling operators aggregate: one value lifted, one more pushed, two aggregates merged (spec 4.6).
#pragma once

#include <array>
#include <cmath>

#include "quartet/core/floating.hpp"

namespace quartet {

// Words of an aggregate, in the order of the snapshot.
template <std::size_t Words>
using Aggregate = std::array<double, Words>;

struct SumMonoid {
  static constexpr std::size_t kWords = 1;
  static constexpr std::size_t kInputs = 1;
  using Value = std::array<double, 1>;
  static Aggregate<1> lift(Value x) { return {x[0]}; }
  static Aggregate<1> push(Aggregate<1> a, double, Value x) { return {a[0] + x[0]}; }
  static Aggregate<1> merge(Aggregate<1> s, double, Aggregate<1> p, double) { return {s[0] + p[0]}; }
};

struct ProductMonoid {
  static constexpr std::size_t kWords = 1;
  static constexpr std::size_t kInputs = 1;
  using Value = std::array<double, 1>;
  static Aggregate<1> lift(Value x) { return {x[0]}; }
  static Aggregate<1> push(Aggregate<1> a, double, Value x) { return {a[0] * x[0]}; }
  static Aggregate<1> merge(Aggregate<1> s, double, Aggregate<1> p, double) { return {s[0] * p[0]}; }
};

struct MinMonoid {
  static constexpr std::size_t kWords = 1;
  static constexpr std::size_t kInputs = 1;
  using Value = std::array<double, 1>;
  static Aggregate<1> lift(Value x) { return {x[0]}; }
  static Aggregate<1> push(Aggregate<1> a, double, Value x) { return {spec_min(a[0], x[0])}; }
  static Aggregate<1> merge(Aggregate<1> s, double, Aggregate<1> p, double) { return {spec_min(s[0], p[0])}; }
};

struct MaxMonoid {
  static constexpr std::size_t kWords = 1;
  static constexpr std::size_t kInputs = 1;
  using Value = std::array<double, 1>;
  static Aggregate<1> lift(Value x) { return {x[0]}; }
  static Aggregate<1> push(Aggregate<1> a, double, Value x) { return {spec_max(a[0], x[0])}; }
  static Aggregate<1> merge(Aggregate<1> s, double, Aggregate<1> p, double) { return {spec_max(s[0], p[0])}; }
};

// Mean and sum of squared deviations.
struct MomentsMonoid {
  static constexpr std::size_t kWords = 2;
  static constexpr std::size_t kInputs = 1;
  using Value = std::array<double, 1>;
  // x - x is 0.0, and NaN for what is not finite.
  static Aggregate<2> lift(Value x) { return {x[0], x[0] - x[0]}; }
  static Aggregate<2> push(Aggregate<2> a, double count, Value x) {
    const double d = x[0] - a[0];
    const double mean = a[0] + d / count;
    return {mean, a[1] + d * (x[0] - mean)};
  }
  static Aggregate<2> merge(Aggregate<2> s, double a, Aggregate<2> p, double b) {
    const double d = p[0] - s[0];
    const double total = a + b;
    return {s[0] + d * (b / total), (s[1] + p[1]) + (d * d) * ((a * b) / total)};
  }
};

// Means, sums of squared deviations, and the sum of their products.
struct CoMomentsMonoid {
  static constexpr std::size_t kWords = 5;
  static constexpr std::size_t kInputs = 2;
  using Value = std::array<double, 2>;
  static Aggregate<5> lift(Value v) {
    const double x = v[0];
    const double y = v[1];
    return {x, y, x - x, y - y, (x - x) + (y - y)};
  }
  static Aggregate<5> push(Aggregate<5> a, double count, Value v) {
    const double dx = v[0] - a[0];
    const double dy = v[1] - a[1];
    const double mx = a[0] + dx / count;
    const double my = a[1] + dy / count;
    return {mx, my, a[2] + dx * (v[0] - mx), a[3] + dy * (v[1] - my), a[4] + dx * (v[1] - my)};
  }
  static Aggregate<5> merge(Aggregate<5> s, double a, Aggregate<5> p, double b) {
    const double dx = p[0] - s[0];
    const double dy = p[1] - s[1];
    const double k = (a * b) / (a + b);
    const double g = b / (a + b);
    return {s[0] + dx * g, s[1] + dy * g, (s[2] + p[2]) + (dx * dx) * k, (s[3] + p[3]) + (dy * dy) * k,
            (s[4] + p[4]) + (dx * dy) * k};
  }
};

}  // namespace quartet
