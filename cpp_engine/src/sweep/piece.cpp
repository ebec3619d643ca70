// What members would otherwise each find out about the same quotes.
#include "quartet/sweep/piece.hpp"

#include <algorithm>

#include "quartet/core/fixed_point.hpp"

namespace quartet::sweep {

bool QuoteRun::read(const Batch& batch, std::size_t begin, std::size_t end, std::size_t first_row,
                    const VerdictBlock& verdicts) {
  if (!verdicts.sound_quotes) return false;
  const std::size_t events = end - begin;
  symbol_ = batch.symbol[begin];
  bool plain = true;
  for (std::size_t at = 0; at < events; ++at) {
    plain = plain & (batch.symbol[begin + at] == symbol_) & (batch.flags[begin + at] == 0) &
            (batch.bid_size[first_row + at] > 0) & (batch.ask_size[first_row + at] > 0);
  }
  if (!plain) return false;
  marks_.resize(events);
  steps_.clear();
  for (std::size_t at = 0; at < events; ++at) {
    const i64 mark = half_of_sum(batch.bid_price[first_row + at] + batch.ask_price[first_row + at]);
    marks_[at] = mark;
    if (at % kStep == 0) steps_.push_back({mark, mark});
    MarkRange& step = steps_.back();
    step = {std::min(step.low, mark), std::max(step.high, mark)};
  }
  range_ = range_about(0, events);
  last_ts_ = batch.ts_init[end - 1];
  return true;
}

MarkRange QuoteRun::range_about(std::size_t from, std::size_t to) const {
  MarkRange range = steps_[from / kStep];
  for (std::size_t step = from / kStep + 1; step <= (to - 1) / kStep; ++step) {
    range = {std::min(range.low, steps_[step].low), std::max(range.high, steps_[step].high)};
  }
  return range;
}

}  // namespace quartet::sweep
