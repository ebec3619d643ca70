// A block of events as all members of a group see it (spec 15.1).
#pragma once

#include <vector>

#include "quartet/data_engine/batch.hpp"
#include "quartet/signal_engine/phase_one.hpp"

namespace quartet::sweep {

// Lowest and highest mark of some quotes.
struct MarkRange {
  i64 low = 0;
  i64 high = 0;
};

// Accepted two-sided quotes of one symbol without flags, one after the other: what most of a history is.
class QuoteRun {
 public:
  static constexpr std::size_t kStep = 64;

  // Whether the block is one; then it is looked at once for all members.
  bool read(const Batch& batch, std::size_t begin, std::size_t end, std::size_t first_row,
            const VerdictBlock& verdicts);

  std::size_t size() const { return marks_.size(); }
  u32 symbol() const { return symbol_; }
  i64 last_ts() const { return last_ts_; }  // ts_init
  const std::vector<i64>& marks() const { return marks_; }
  const MarkRange& range() const { return range_; }
  // That of the quotes from `from` to `to`, and perhaps of a few beside them.
  MarkRange range_about(std::size_t from, std::size_t to) const;

 private:
  u32 symbol_ = 0;
  i64 last_ts_ = 0;
  MarkRange range_;
  std::vector<i64> marks_;
  std::vector<MarkRange> steps_;  // of kStep quotes each
};

struct Piece {
  const Batch* batch = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;
  RowCursors cursors;  // before its first event
  // What the group's phase one made of it: the shared columns, and codes.
  SignalBlock* block = nullptr;
  const VerdictBlock* verdicts = nullptr;
  const QuoteRun* quotes = nullptr;  // null where it is none

  std::size_t events() const { return end - begin; }
  bool ends_with_control() const { return batch->kind[end - 1] == number(EventKind::Control); }
};

}  // namespace quartet::sweep
