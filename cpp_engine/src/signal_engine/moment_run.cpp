// In two passes: what waits for the step before, tick by tick; then merges and results, which wait for
// nothing, by columns.
#include "quartet/signal_engine/moment_run.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "quartet/signal_engine/block_operators.hpp"
#include "quartet/signal_engine/state_arena.hpp"

namespace quartet {
namespace {

// Few enough that their columns stay in the nearest cache.
constexpr std::size_t kChunk = 128;

using Moments = Aggregate<2>;
using Column = std::array<double, kChunk>;

// What the results of a chunk are made of: suffix S of n - p values and prefix P of p; p NaN before n values.
struct Parts {
  Column suffix_mean, suffix_sum, prefix_mean, prefix_sum, p;
};

// Blocks that are full, whose suffixes are built together before one of them is next read: each step of one
// waits for the step before, those of several do not wait for each other.
class FullBlocks {
 public:
  explicit FullBlocks(u32 n) : n_(n) {}
  ~FullBlocks() { build(); }
  FullBlocks(const FullBlocks&) = delete;
  FullBlocks& operator=(const FullBlocks&) = delete;

  void add(double* slots) {
    slots_[count_++] = slots;
    if (count_ == slots_.size()) build();
  }
  void build_before(const double* slots) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (slots_[i] == slots) build();
    }
  }

 private:
  void build() {
    if (count_ == slots_.size()) {
      build_all();
    } else {
      for (std::size_t i = 0; i < count_; ++i) block::build_suffixes<MomentsMonoid>(slots_[i], n_);
    }
    count_ = 0;
  }
  void build_all() {
    std::array<Moments, 4> suffix;
    for (std::size_t i = 0; i < suffix.size(); ++i) {
      double* slot = slots_[i] + std::size_t{n_ - 1} * 2;
      suffix[i] = MomentsMonoid::lift({slot[0]});
      block::store<MomentsMonoid>(slot, suffix[i]);
    }
    for (u32 j = n_ - 1; j-- > 0;) {
      const double count = to_double(i64{n_} - j);
      for (std::size_t i = 0; i < suffix.size(); ++i) {
        double* slot = slots_[i] + std::size_t{j} * 2;
        suffix[i] = MomentsMonoid::push(suffix[i], count, {slot[0]});
        block::store<MomentsMonoid>(slot, suffix[i]);
      }
    }
  }

  u32 n_;
  std::array<double*, 4> slots_{};
  std::size_t count_ = 0;
};

// Steps the state of each tick (spec 4.5); the state of a symbol that ticks again at once is at hand.
void step(const Instruction& node, const SignalBlock& block, std::size_t begin, std::size_t count,
          const double* x, FullBlocks& full, Parts& parts) {
  const u32 n = node.n;
  const std::byte* held = nullptr;
  u64 p = 0;
  Moments prefix{};
  for (std::size_t t = 0; t < count; ++t) {
    std::byte* const state = block.state[begin + t];
    u64* const u = u_words(state, node.state);
    double* const f = f_words(state, node.state + node.u_words);
    double* const slots = f + 2;
    if (state != held) {
      held = state;
      p = u[0];
      prefix = block::load<MomentsMonoid>(f);
      full.build_before(slots);
    }
    prefix = p == 0 ? MomentsMonoid::lift({x[t]})
                    : MomentsMonoid::push(prefix, to_double(static_cast<i64>(p) + 1), {x[t]});
    slots[p * 2] = x[t];
    slots[p * 2 + 1] = 0.0;
    ++p;
    parts.prefix_mean[t] = prefix[0];
    parts.prefix_sum[t] = prefix[1];
    parts.p[t] = to_double(static_cast<i64>(p));
    if (p < n) {
      u[0] = p;
      block::store<MomentsMonoid>(f, prefix);
      if (u[1] == 0) parts.p[t] = kNan;
      parts.suffix_mean[t] = slots[p * 2];
      parts.suffix_sum[t] = slots[p * 2 + 1];
    } else {
      full.add(slots);
      held = nullptr;
      u[0] = 0;
      u[1] = 1;
      f[0] = f[1] = 0.0;
      parts.suffix_mean[t] = parts.suffix_sum[t] = 0.0;
    }
  }
}

// The aggregate of the last n values, in the columns of the prefix; a whole block is its own. What is chosen
// is chosen in loops of its own, without which there would be a branch in place of vector instructions.
void merge(u32 n, std::size_t count, Parts& parts) {
  const double size = to_double(i64{n});
  for (std::size_t t = 0; t < count; ++t) {
    const double b = parts.p[t];
    const Moments merged = MomentsMonoid::merge({parts.suffix_mean[t], parts.suffix_sum[t]}, size - b,
                                                {parts.prefix_mean[t], parts.prefix_sum[t]}, b);
    parts.suffix_mean[t] = merged[0];
    parts.suffix_sum[t] = merged[1];
  }
  for (std::size_t t = 0; t < count; ++t) {
    const bool whole = parts.p[t] == size;
    parts.prefix_mean[t] = whole ? parts.prefix_mean[t] : parts.suffix_mean[t];
    parts.prefix_sum[t] = whole ? parts.prefix_sum[t] : parts.suffix_sum[t];
  }
}

void lower(const Instruction& node, std::size_t count, const Parts& parts, const double* __restrict x,
           double* __restrict out) {
  const double values = to_double(i64{node.n}) - node.k0;
  const Column& mean = parts.prefix_mean;
  const Column& sum = parts.prefix_sum;
  if (node.op == Op::Var) {
    for (std::size_t t = 0; t < count; ++t) out[t] = sum[t] / values;
  } else if (node.op == Op::Std) {
    for (std::size_t t = 0; t < count; ++t) out[t] = std::sqrt(sum[t] / values);
  } else {
    Column deviation;
    for (std::size_t t = 0; t < count; ++t) {
      deviation[t] = std::sqrt(sum[t] / values);
      out[t] = (x[t] - mean[t]) / deviation[t];
    }
    for (std::size_t t = 0; t < count; ++t) out[t] = deviation[t] > 0.0 ? out[t] : kNan;
  }
}

}  // namespace

void run_moments(const Instruction& node, SignalBlock& block) {
  const double* x = block.column(node.a);
  double* out = block.column(node.out);
  FullBlocks full(node.n);
  Parts parts;
  for (std::size_t begin = 0; begin < block.ticks; begin += kChunk) {
    const std::size_t count = std::min(kChunk, block.ticks - begin);
    step(node, block, begin, count, x + begin, full, parts);
    merge(node.n, count, parts);
    lower(node, count, parts, x + begin, out + begin);
  }
}

}  // namespace quartet
