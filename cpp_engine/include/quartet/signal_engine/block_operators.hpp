// Rolling windows without subtraction: suffixes of the last block merged with a prefix of this one
// (spec 4.5).
#pragma once

#include "quartet/signal_engine/monoids.hpp"

namespace quartet::block {

template <class M>
inline Aggregate<M::kWords> load(const double* words) {
  Aggregate<M::kWords> aggregate;
  for (std::size_t i = 0; i < M::kWords; ++i) aggregate[i] = words[i];
  return aggregate;
}

template <class M>
inline void store(double* words, const Aggregate<M::kWords>& aggregate) {
  for (std::size_t i = 0; i < M::kWords; ++i) words[i] = aggregate[i];
}

template <class M>
inline typename M::Value raw(const double* slot) {
  typename M::Value value;
  for (std::size_t i = 0; i < M::kInputs; ++i) value[i] = slot[i];
  return value;
}

// Replaces the raw values of a whole block by the aggregates of its suffixes.
template <class M>
void build_suffixes(double* slots, u32 n) {
  Aggregate<M::kWords> suffix = M::lift(raw<M>(slots + (n - 1) * M::kWords));
  store<M>(slots + (n - 1) * M::kWords, suffix);
  for (u32 j = n - 1; j-- > 0;) {
    suffix = M::push(suffix, to_double(i64{n} - j), raw<M>(slots + std::size_t{j} * M::kWords));
    store<M>(slots + std::size_t{j} * M::kWords, suffix);
  }
}

// One step; lower(aggregate) makes the result, NaN until n values have been seen.
template <class M, class Lower>
inline double step(u64* u, double* f, u32 n, typename M::Value x, Lower lower) {
  double* slots = f + M::kWords;
  u64 p = u[0];
  const Aggregate<M::kWords> prefix =
      p == 0 ? M::lift(x) : M::push(load<M>(f), to_double(static_cast<i64>(p) + 1), x);
  double* slot = slots + p * M::kWords;
  for (std::size_t i = 0; i < M::kWords; ++i) slot[i] = i < M::kInputs ? x[i < M::kInputs ? i : 0] : 0.0;
  ++p;
  if (p == n) {
    build_suffixes<M>(slots, n);
    u[0] = 0;
    u[1] = 1;
    for (std::size_t i = 0; i < M::kWords; ++i) f[i] = 0.0;
    return lower(prefix);
  }
  u[0] = p;
  store<M>(f, prefix);
  if (u[1] == 0) return kNan;
  const Aggregate<M::kWords> suffix = load<M>(slots + p * M::kWords);
  return lower(
      M::merge(suffix, to_double(i64{n} - static_cast<i64>(p)), prefix, to_double(static_cast<i64>(p))));
}

}  // namespace quartet::block
