// One pass over two cache lines a quote, with what all of them share kept at hand.
#include "quartet/quiet_quotes.hpp"

#include "quartet/account/exposures.hpp"

namespace quartet {
namespace {

// The equity and what it is measured against, kept at hand over a run of quotes. `room` is how far the equity
// may fall before the halts must be looked at; a new high makes it the whole drop again (spec 8.4, 8.5).
class Standing {
 public:
  explicit Standing(EngineState& engine)
      : engine_(engine),
        equity_(engine.ledger.equity),
        drop_(engine.ledger.halt_drop),
        room_(drop_ - (engine.ledger.peak - equity_)),
        drift_(engine.sums.drift) {}
  ~Standing() {
    engine_.ledger.equity = equity_;
    engine_.ledger.peak = equity_ + (drop_ - room_);
    engine_.sums.drift = drift_;
  }
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

  bool bears(i128 change) const { return room_ + change > 0; }
  void add(i128 change) {
    equity_ += change;
    const i128 room = room_ + change;
    room_ = room < drop_ ? room : drop_;
    drift_ = more_drift(drift_, change);
  }

 private:
  EngineState& engine_;
  i128 equity_;
  i128 drop_;
  i128 room_;
  i128 drift_;
};

}  // namespace

std::size_t run_quiet_quotes(EngineState& engine, const Batch& batch, std::size_t begin, std::size_t index,
                             std::size_t end, std::size_t row, const VerdictBlock& block) {
  if (!nothing_pends(engine)) return index;
  const Column<u8> kinds = batch.kind.from(index);
  const Column<u32> symbols = batch.symbol.from(index);
  const OptionalColumn<u32> flags = batch.flags.from(index);
  const Column<i64> times = batch.ts_init.from(index);
  const Column<i64> bids = batch.bid_price.from(row);
  const Column<i64> asks = batch.ask_price.from(row);
  const Column<i64> bid_sizes = batch.bid_size.from(row);
  const Column<i64> ask_sizes = batch.ask_size.from(row);
  const std::size_t place = index - begin;
  SymbolState* const states = engine.symbols.data();
  const i64 boundary = engine.next_boundary;
  Standing standing(engine);
  std::size_t done = 0;
  for (; done < end - index; ++done) {
    const std::size_t at = place + done;
    if (!block.sound_quotes && (block.code[at] != Code::None || kinds[done] != number(EventKind::Quote)))
      break;
    SymbolState& state = states[symbols[done]];
    const i64 now = times[done];
    const i64 bid_size = bid_sizes[done];
    const i64 ask_size = ask_sizes[done];
    if (now >= boundary || flags[done] != 0 || bid_size <= 0 || ask_size <= 0 || !at_rest(state)) break;
    if (block.verdict[at] == Verdict::Valid
            ? block.score[at] != state.decided_score || block.confidence[at] != state.decided_confidence
            : block.verdict[at] != Verdict::None) {
      break;
    }
    const i64 mark = half_of_sum(bids[done] + asks[done]);
    const i128 change = money(mark - state.mark, state.position, state.multiplier);
    if (!standing.bears(change)) [[unlikely]]
      break;
    standing.add(change);  // also of 0: a fill since the last quote may have made a new high
    if (state.position != 0) note_moved_mark(engine, state, symbols[done]);
    state.bid_price = bids[done];
    state.ask_price = asks[done];
    state.bid_size = bid_size;
    state.ask_size = ask_size;
    state.mark = mark;
    state.last_ts = now;
  }
  return index + done;
}

}  // namespace quartet
