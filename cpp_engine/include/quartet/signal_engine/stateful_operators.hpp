// Operators that step: functions of their state words and up to two inputs (spec 4.3-4.8).
#pragma once

#include <cmath>

#include "quartet/signal_engine/block_operators.hpp"
#include "quartet/signal_engine/program.hpp"
#include "quartet/signal_engine/ring_operators.hpp"
#include "quartet/signal_engine/smoothing_operators.hpp"

namespace quartet::stateful {

inline double first(const auto& aggregate) { return aggregate[0]; }

// Calls run with the operator's step of (u, f, x, y), and returns what run returns; false where the operator
// is none of these. One switch serves one event and a whole column.
template <class Run>
inline bool with(const Instruction& node, Run run) {
  const u32 n = node.n;
  const auto variance = [count = to_double(i64{n}) - node.k0](const Aggregate<2>& m) { return m[1] / count; };
  switch (node.op) {
    case Op::Ema:
      return run([ema = smoothing::Ema(n, node.k0)](u64* u, double* f, double x, double) {
        return ema.step(u, f, x);
      });
    case Op::Wilder:
      return run([n](u64* u, double* f, double x, double) { return smoothing::wilder(u, f, n, x); });
    case Op::Delay:
      return run([n](u64* u, double* f, double x, double) { return ring::delay(u, f, n, x); });
    case Op::Delta:
      return run([n](u64* u, double* f, double x, double) { return x - ring::delay(u, f, n, x); });
    case Op::Sum:
      return run([n](u64* u, double* f, double x, double) {
        return block::step<SumMonoid>(u, f, n, {x}, first<Aggregate<1>>);
      });
    case Op::Mean:
      return run([n](u64* u, double* f, double x, double) {
        return block::step<SumMonoid>(u, f, n, {x},
                                      [n](const Aggregate<1>& a) { return a[0] / to_double(i64{n}); });
      });
    case Op::Std:
      return run([n, variance](u64* u, double* f, double x, double) {
        return block::step<MomentsMonoid>(u, f, n, {x},
                                          [&](const Aggregate<2>& m) { return std::sqrt(variance(m)); });
      });
    case Op::Var:
      return run([n, variance](u64* u, double* f, double x, double) {
        return block::step<MomentsMonoid>(u, f, n, {x}, variance);
      });
    case Op::Zscore:
      return run([n, variance](u64* u, double* f, double x, double) {
        return block::step<MomentsMonoid>(u, f, n, {x}, [&](const Aggregate<2>& m) {
          const double deviation = std::sqrt(variance(m));
          return deviation > 0.0 ? (x - m[0]) / deviation : kNan;
        });
      });
    case Op::RollingMin:
      return run([n](u64* u, double* f, double x, double) {
        return block::step<MinMonoid>(u, f, n, {x}, first<Aggregate<1>>);
      });
    case Op::RollingMax:
      return run([n](u64* u, double* f, double x, double) {
        return block::step<MaxMonoid>(u, f, n, {x}, first<Aggregate<1>>);
      });
    case Op::Product:
      return run([n](u64* u, double* f, double x, double) {
        return block::step<ProductMonoid>(u, f, n, {x}, first<Aggregate<1>>);
      });
    case Op::Corr:
      return run([n](u64* u, double* f, double x, double y) {
        return block::step<CoMomentsMonoid>(u, f, n, {x, y}, [](const Aggregate<5>& m) {
          return m[2] > 0.0 && m[3] > 0.0 ? m[4] / std::sqrt(m[2] * m[3]) : kNan;
        });
      });
    case Op::Cov:
      return run([n, count = to_double(i64{n}) - node.k0](u64* u, double* f, double x, double y) {
        return block::step<CoMomentsMonoid>(u, f, n, {x, y},
                                            [count](const Aggregate<5>& m) { return m[4] / count; });
      });
    case Op::Argmin:
      return run([n](u64* u, double* f, double x, double) { return ring::argmin(u, f, n, x); });
    case Op::Argmax:
      return run([n](u64* u, double* f, double x, double) { return ring::argmax(u, f, n, x); });
    case Op::Rank:
      return run([n](u64* u, double* f, double x, double) { return ring::rank(u, f, n, x); });
    case Op::LinearDecay:
      return run([n](u64* u, double* f, double x, double) { return ring::linear_decay(u, f, n, x); });
    case Op::Slope:
      return run([n](u64* u, double* f, double x, double) { return ring::slope(u, f, n, x); });
    default:
      return false;
  }
}

}  // namespace quartet::stateful
