// Operators whose value depends on their inputs alone, as functions of up to three of them (spec 4.1, 4.2).
#pragma once

#include <cmath>

#include "quartet/core/elementary.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/program.hpp"

namespace quartet::stateless {

inline double truth(bool value) { return value ? 1.0 : 0.0; }

// The result of a comparison of two values, NaN where one of them is (spec 4.1).
inline double compare(double x, double y, bool result) {
  return std::isunordered(x, y) ? kNan : truth(result);
}

inline double sign(double x) { return is_nan(x) ? kNan : (x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0)); }

inline double logistic(double sum) { return 1.0 / (1.0 + spec_exp(-sum)); }

// Calls run with the operator's function of x, y, z, and returns what run returns; false where the operator
// is none of these. One switch serves one event and a whole column.
template <class Run>
inline bool with(const Instruction& node, Run run) {
  switch (node.op) {
    case Op::Add:
      return run([](double x, double y, double) { return x + y; });
    case Op::Sub:
      return run([](double x, double y, double) { return x - y; });
    case Op::Mul:
      return run([](double x, double y, double) { return x * y; });
    case Op::Div:
      return run([](double x, double y, double) { return x / y; });
    case Op::Neg:
      return run([](double x, double, double) { return -x; });
    case Op::Abs:
      return run([](double x, double, double) { return std::fabs(x); });
    case Op::Min2:
      return run([](double x, double y, double) { return spec_min(x, y); });
    case Op::Max2:
      return run([](double x, double y, double) { return spec_max(x, y); });
    case Op::Clip:
      return run([lo = node.k0, hi = node.k1](double x, double, double) {
        const double held = hi < x ? hi : x;
        return x < lo ? lo : held;
      });
    case Op::Sign:
      return run([](double x, double, double) { return sign(x); });
    case Op::Sqrt:
      return run([](double x, double, double) { return std::sqrt(x); });
    case Op::Exp:
      return run([](double x, double, double) { return spec_exp(x); });
    case Op::Log:
      return run([](double x, double, double) { return spec_log(x); });
    case Op::Tanh:
      return run([](double x, double, double) { return spec_tanh(x); });
    case Op::Lt:
      return run([](double x, double y, double) { return compare(x, y, x < y); });
    case Op::Le:
      return run([](double x, double y, double) { return compare(x, y, x <= y); });
    case Op::Gt:
      return run([](double x, double y, double) { return compare(x, y, x > y); });
    case Op::Ge:
      return run([](double x, double y, double) { return compare(x, y, x >= y); });
    case Op::Eq:
      return run([](double x, double y, double) { return compare(x, y, x == y); });
    case Op::Ne:
      return run([](double x, double y, double) { return compare(x, y, x != y); });
    case Op::And:
      return run([](double x, double y, double) { return compare(x, y, (x != 0.0) & (y != 0.0)); });
    case Op::Or:
      return run([](double x, double y, double) { return compare(x, y, (x != 0.0) | (y != 0.0)); });
    case Op::Not:
      return run([](double x, double, double) { return compare(x, x, x == 0.0); });
    case Op::Select:
      return run([](double x, double y, double z) {
        const double chosen = x != 0.0 ? y : z;
        return is_nan(x) ? kNan : chosen;
      });
    case Op::IsNan:
      return run([](double x, double, double) { return truth(is_nan(x)); });
    case Op::Coalesce:
      return run([](double x, double y, double) { return is_nan(x) ? y : x; });
    default:
      return false;
  }
}

}  // namespace quartet::stateless
