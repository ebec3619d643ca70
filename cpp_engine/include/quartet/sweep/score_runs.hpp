// Where the verdicts of a member change, found without working out those between (spec 3.8).
#pragma once

#include <optional>

#include "quartet/signal_engine/block.hpp"

namespace quartet::sweep {

// Two columns of which a late program's outputs say no more than which is above: most of what is swept.
struct Ordering {
  u16 a = 0;
  u16 b = 0;
};
std::optional<Ordering> ordering_of(const Program& late, const Program& shared);

// Runs of equal outputs in a block of one kind in which the score ticks.
class ScoreRuns {
 public:
  // Without an ordering the columns of the outputs must be complete.
  ScoreRuns(SignalBlock& block, const Program& late, const std::optional<Ordering>& ordering);

  // After the last tick from `at` on that surely has the outputs of `at`, at most `stop`.
  std::size_t end_of(std::size_t at, std::size_t stop) const;

  // Ticks of one side have the same outputs; Unknown says nothing.
  enum class Side : u8 { Above, Below, Unknown };
  Side side_of(std::size_t at) const;

 private:
  const double* a_ = nullptr;  // of the ordering
  const double* b_ = nullptr;
  const double* score_ = nullptr;
  const double* confidence_ = nullptr;
};

}  // namespace quartet::sweep
