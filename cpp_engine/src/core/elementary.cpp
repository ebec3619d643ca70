// exp, log and tanh from + - * / alone, in the order that spec 1.5-1.7 fixes.
#include "quartet/core/elementary.hpp"

#include <array>
#include <bit>
#include <cmath>

#include "quartet/core/floating.hpp"

namespace quartet {
namespace {

constexpr int kExpTerms = 14;

constexpr std::array<double, kExpTerms + 1> inverse_factorials() {
  std::array<double, kExpTerms + 1> values{};
  double factorial = 1.0;  // exact up to 18!
  values[0] = 1.0;
  for (int i = 1; i <= kExpTerms; ++i) {
    factorial = factorial * static_cast<double>(i);
    values[static_cast<std::size_t>(i)] = 1.0 / factorial;
  }
  return values;
}
constexpr auto kInverseFactorials = inverse_factorials();

// 2^exponent from its bits; the exponent is that of a normal number.
double power_of_two(i64 exponent) { return std::bit_cast<double>(static_cast<u64>(exponent + 1023) << 52); }

}  // namespace

double spec_exp(double x) {
  if (is_nan(x)) return kNan;
  if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
  if (x < -745.1332191019412) return 0.0;
  const double k = round_half_even(x * 1.4426950408889634);
  const double r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10;
  double p = kInverseFactorials[kExpTerms];
  for (std::size_t i = kExpTerms - 1; i >= 2; --i) p = p * r + kInverseFactorials[i];
  p = p * r + 1.0;
  p = p * r + 1.0;
  const i64 whole = static_cast<i64>(k);
  const i64 a = whole >> 1;
  const i64 b = whole - a;
  return (p * power_of_two(a)) * power_of_two(b);
}

double spec_log(double x) {
  if (is_nan(x) || x < 0.0) return kNan;
  if (x == 0.0) return -std::numeric_limits<double>::infinity();
  if (x > std::numeric_limits<double>::max()) return x;
  double e = 0.0;
  if (x < std::numeric_limits<double>::min()) {
    x = x * 18014398509481984.0;  // 2^54 makes a subnormal normal
    e = -54.0;
  }
  const u64 bits = std::bit_cast<u64>(x);
  e = e + static_cast<double>(static_cast<i64>(bits >> 52) - 1023);
  double m = std::bit_cast<double>((bits & 0x000FFFFFFFFFFFFF) | 0x3FF0000000000000);
  if (m > 1.4142135623730951) {
    m = m * 0.5;
    e = e + 1.0;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double p = 1.0 / 23.0;
  for (double d = 21.0; d >= 3.0; d = d - 2.0) p = p * z + 1.0 / d;
  p = p * z + 1.0;
  return (e * 1.9082149292705877e-10 + (2.0 * s) * p) + e * 0.6931471803691238;
}

double spec_tanh(double x) {
  if (is_nan(x)) return kNan;
  const double size = std::fabs(x);
  if (size > 20.0) return std::copysign(1.0, x);
  if (size < 0.625) {
    const double z = x * x;
    double t = 19.0;
    for (double d = 17.0; d >= 1.0; d = d - 2.0) t = d + z / t;
    return x / t;
  }
  const double y = 1.0 - 2.0 / (spec_exp(2.0 * size) + 1.0);
  return std::copysign(y, x);
}

}  // namespace quartet
