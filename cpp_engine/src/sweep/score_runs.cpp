// Comparisons of whole columns, two values at a time.
#include "quartet/sweep/score_runs.hpp"

#include <emmintrin.h>

#include <bit>
#include <vector>

#include "quartet/core/floating.hpp"

namespace quartet::sweep {
namespace {

// The first tick from `at` on where the values do not compare as they should. A comparison of two values has
// all bits set where it holds.
template <class Compare>
std::size_t end_while(const double* x, const double* y, std::size_t at, std::size_t stop, Compare compare) {
  const auto holds = [&](std::size_t t) { return compare(_mm_loadu_pd(x + t), _mm_loadu_pd(y + t)); };
  const auto bits = [](__m128d one) { return static_cast<unsigned>(_mm_movemask_pd(one)); };
  for (; at + 8 <= stop; at += 8) {
    const __m128d one = holds(at);
    const __m128d two = holds(at + 2);
    const __m128d three = holds(at + 4);
    const __m128d four = holds(at + 6);
    if (bits(_mm_and_pd(_mm_and_pd(one, two), _mm_and_pd(three, four))) == 3) continue;
    const unsigned all = bits(one) | bits(two) << 2 | bits(three) << 4 | bits(four) << 6;
    return at + static_cast<std::size_t>(std::countr_one(all));
  }
  while (at < stop && (bits(compare(_mm_load_sd(x + at), _mm_load_sd(y + at))) & 1) != 0) ++at;
  return at;
}

// After the values equal to the first one; after it alone where that is a NaN.
std::size_t end_of_equal(const double* values, std::size_t at, std::size_t stop) {
  const __m128d value = _mm_set1_pd(values[at]);
  return end_while(values, values, at + 1, stop, [&](__m128d x, __m128d) { return _mm_cmpeq_pd(x, value); });
}

bool is_comparison(Op op) { return op >= Op::Lt && op <= Op::Ne; }

// What a node says of two columns.
struct Saying {
  enum class Kind : u8 { Constant, Column, Difference, Order, Other } kind = Kind::Other;
  u16 a = 0;
  u16 b = 0;

  bool about(const Saying& other) const {
    return (a == other.a && b == other.b) || (a == other.b && b == other.a);
  }
};

Saying saying_of(const Instruction& node, const Program& late, const std::vector<Saying>& said) {
  using enum Saying::Kind;
  const Saying& x = said[node.a];
  const bool of_two_columns = node.input_count == 2 && x.kind == Column && said[node.b].kind == Column;
  if (of_two_columns && is_comparison(node.op)) return {Order, node.a, node.b};
  if (of_two_columns && node.op == Op::Sub) return {Difference, node.a, node.b};
  // A difference is above, below or beside 0 as its first column is of the second.
  if (x.kind == Difference && node.op == Op::Sign) return {Order, x.a, x.b};
  Saying whole{Constant, 0, 0};
  for (u32 i = 0; i < node.input_count; ++i) {
    const Saying& input = said[late.inputs[node.inputs + i]];
    if (input.kind == Constant) continue;
    if (input.kind != Order || (whole.kind == Order && !whole.about(input))) return {};
    whole = input;
  }
  return whole;
}

}  // namespace

std::optional<Ordering> ordering_of(const Program& late, const Program& shared) {
  using enum Saying::Kind;
  std::vector<Saying> said;
  for (const Instruction& node : shared.nodes)
    said.push_back({node.family == Family::Const ? Constant : Column, 0, 0});
  for (const Instruction& node : late.nodes) said.push_back(saying_of(node, late, said));
  const Saying& score = said[late.score];
  if (score.kind != Order) return std::nullopt;
  if (late.confidence >= 0) {
    const Saying& confidence = said[static_cast<std::size_t>(late.confidence)];
    if (confidence.kind != Constant && (confidence.kind != Order || !confidence.about(score)))
      return std::nullopt;
  }
  return Ordering{score.a, score.b};
}

ScoreRuns::ScoreRuns(SignalBlock& block, const Program& late, const std::optional<Ordering>& ordering) {
  if (ordering) {
    a_ = block.column(ordering->a);
    b_ = block.column(ordering->b);
    return;
  }
  score_ = block.column(late.score);
  if (late.confidence >= 0) confidence_ = block.column(static_cast<std::size_t>(late.confidence));
}

ScoreRuns::Side ScoreRuns::side_of(std::size_t at) const {
  if (a_ == nullptr) return Side::Unknown;
  return a_[at] > b_[at] ? Side::Above : (a_[at] < b_[at] ? Side::Below : Side::Unknown);
}

std::size_t ScoreRuns::end_of(std::size_t at, std::size_t stop) const {
  if (a_ == nullptr) {
    const std::size_t end = end_of_equal(score_, at, stop);
    return confidence_ != nullptr ? end_of_equal(confidence_, at, end) : end;
  }
  const double a = a_[at];
  const double b = b_[at];
  if (a > b) return end_while(a_, b_, at, stop, [](__m128d x, __m128d y) { return _mm_cmpgt_pd(x, y); });
  if (a < b) return end_while(a_, b_, at, stop, [](__m128d x, __m128d y) { return _mm_cmplt_pd(x, y); });
  if (a == b) return at + 1;  // infinities among them have no difference
  return end_while(a_, b_, at, stop, [](__m128d x, __m128d y) { return _mm_cmpunord_pd(x, y); });
}

}  // namespace quartet::sweep
