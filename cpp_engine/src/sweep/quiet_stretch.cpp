// The equity is a straight line in the mark, so that its extremes are those of the marks.
#include "quartet/sweep/quiet_stretch.hpp"

#include <algorithm>

#include "quartet/data_engine/market_view.hpp"

namespace quartet::sweep {
namespace {

// The first quote at or after the boundary of session or risk clock.
std::size_t end_at_boundary(const Piece& piece, i64 boundary, std::size_t at, std::size_t stop) {
  const Column<i64> times = piece.batch->ts_init.from(piece.begin);
  if (times[stop - 1] < boundary) return stop;
  while (at < stop) {  // times never fall
    const std::size_t middle = at + (stop - at) / 2;
    if (times[middle] < boundary) {
      at = middle + 1;
    } else {
      stop = middle;
    }
  }
  return stop;
}

// The equity of a held position at other marks, in words, which are read as they were written.
class Line {
 public:
  Line(i128 equity, i64 mark, i64 units)
      : low_(static_cast<u64>(equity)), high_(static_cast<i64>(equity >> 64)), mark_(mark), units_(units) {}
  i128 at(i64 mark) const {
    return static_cast<i128>(u128{static_cast<u64>(high_)} << 64 | low_) + i128{mark - mark_} * units_;
  }
  bool rises() const { return units_ > 0; }

 private:
  u64 low_;
  i64 high_;
  i64 mark_;
  i64 units_;
};

// Whether no mark of the range makes a new high or comes near a halt; false says nothing.
bool surely_calm(const Ledger& ledger, const Line& line, const MarkRange& range) {
  const i128 most = line.at(line.rises() ? range.high : range.low);
  const i128 least = line.at(line.rises() ? range.low : range.high);
  return most <= ledger.peak && ledger.peak - least < ledger.halt_drop;
}

// The high after the quotes, or nothing where one of them could be near a halt.
std::optional<i128> high_after(const Ledger& ledger, const Line& line, const QuoteRun& quotes, std::size_t at,
                               std::size_t stop) {
  const MarkRange about = quotes.range_about(at, stop);
  if (surely_calm(ledger, line, about)) return ledger.peak;
  const i128 most = line.at(line.rises() ? about.high : about.low);
  const i128 least = line.at(line.rises() ? about.low : about.high);
  if (std::max(ledger.peak, most) - least >= ledger.halt_drop) return std::nullopt;
  const auto first = quotes.marks().begin() + static_cast<std::ptrdiff_t>(at);
  const auto last = quotes.marks().begin() + static_cast<std::ptrdiff_t>(stop);
  const i64 best = line.rises() ? *std::max_element(first, last) : *std::min_element(first, last);
  return std::max(ledger.peak, line.at(best));
}

}  // namespace

std::size_t skip_quotes(EngineState& engine, const Piece& piece, std::size_t at, std::size_t stop) {
  const QuoteRun& quotes = *piece.quotes;
  SymbolState& state = engine.symbols[quotes.symbol()];
  Ledger& ledger = engine.ledger;
  if (!state.has_mark) return at;
  if (quotes.last_ts() >= engine.next_boundary) {
    stop = end_at_boundary(piece, engine.next_boundary, at, stop);
    if (stop == at) return at;
  }
  if (state.position == 0) {
    // A fill since the last quote may have made a new high.
    const i128 high = std::max(ledger.peak, ledger.equity);
    if (high - ledger.equity >= ledger.halt_drop) return at;
    ledger.peak = high;
  } else {
    i64 units = 0;
    if (__builtin_mul_overflow(state.position, state.multiplier, &units)) return at;
    const Line line(ledger.equity, state.mark, units);
    if (!surely_calm(ledger, line, quotes.range())) {
      std::optional<i128> high = high_after(ledger, line, quotes, at, stop);
      if (!high) {
        stop = std::min(stop, (at / QuoteRun::kStep + 1) * QuoteRun::kStep);
        high = high_after(ledger, line, quotes, at, stop);
        if (!high) return at;
      }
      ledger.peak = *high;
    }
    const i128 change = i128{quotes.marks()[stop - 1] - state.mark} * units;
    engine.sums.drift = more_drift(engine.sums.drift, change);
    note_moved_mark(engine, state, quotes.symbol());
    ledger.equity += change;
  }
  const Batch& batch = *piece.batch;
  const std::size_t row = piece.cursors.next(number(EventKind::Quote)) + stop - 1;
  view_best(state, batch.bid_price[row], batch.ask_price[row], batch.bid_size[row], batch.ask_size[row]);
  state.mark = quotes.marks()[stop - 1];
  state.last_ts = batch.ts_init[piece.begin + stop - 1];
  forget_taken(engine, state, quotes.symbol());
  state.has_quote = state.has_data = state.plain_view = true;
  state.stale = state.halted = false;
  return stop;
}

}  // namespace quartet::sweep
