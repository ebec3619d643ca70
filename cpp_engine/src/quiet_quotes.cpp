// One pass over two cache lines a quote, with what all of them share kept at hand between decisions.
#include "quartet/quiet_quotes.hpp"

#include <bit>

#include "quartet/data_engine/market_view.hpp"
#include "quartet/order_engine/policy.hpp"

namespace quartet {
namespace {

// 128 bits as two words: the compiler keeps them in registers, where it would leave a pair in memory.
struct Words {
  explicit Words(i128 value) : low(static_cast<u64>(value)), high(static_cast<i64>(value >> 64)) {}
  Words(u64 low_word, i64 high_word) : low(low_word), high(high_word) {}

  i128 value() const { return static_cast<i128>(u128{static_cast<u64>(high)} << 64 | low); }

  u64 low;
  i64 high;
};
Words difference(Words a, Words b) {
  return {a.low - b.low, a.high - b.high - static_cast<i64>(a.low < b.low)};
}

// How far the equity is below its high, kept at hand over a run of quotes, with what says that the halts must
// be looked at (spec 8.4, 8.5).
class Standing {
 public:
  explicit Standing(EngineState& engine) : engine_(engine) { take_up(); }

  void take_up() {
    const Ledger& ledger = engine_.ledger;
    drop_ = Words(ledger.peak - ledger.equity);
    halt_high_ = Words(ledger.halt_drop).high;
    moved_ = 0;
  }
  void put_back() {
    engine_.ledger.equity = engine_.ledger.peak - drop_.value();
    engine_.sums.drift = more_drift(engine_.sums.drift, i128{moved_} << kUnitBits);
  }

  // Changes the equity and returns true, unless the change is out of the range of the sums over a block, or
  // the halts had to be looked at. A change of 0 can bring a new high too, by a fill since the last quote.
  bool add(i128 change) {
    constexpr i64 range = i64{1} << 26;
    const Words words(change);
    const Words next = difference(drop_, words);
    if (static_cast<u64>(words.high + range) >= 2 * static_cast<u64>(range)) [[unlikely]]
      return false;
    if (next.high >= halt_high_ && next.value() >= engine_.ledger.halt_drop) [[unlikely]]
      return false;
    drop_ = next;
    const i64 units = static_cast<i64>(change >> kUnitBits);
    moved_ += (units ^ (units >> 63)) + 1;
    if (next.high < 0) [[unlikely]]
      raise_peak();
    return true;
  }

 private:
  static constexpr int kUnitBits = 40;

  void raise_peak() {
    engine_.ledger.peak -= drop_.value();
    drop_ = Words(0);
  }

  EngineState& engine_;
  Words drop_{0};
  i64 halt_high_ = 0;
  i64 moved_ = 0;  // by marks, in units of 2^40, each rounded up
};

// The verdict says what the last one that decided said, or nothing. Values of other bits are looked at anew.
bool says_nothing_new(const SymbolState& state, const VerdictBlock& block, std::size_t at) {
  if (block.verdict[at] != Verdict::Valid) return block.verdict[at] == Verdict::None;
  const auto differs = [](double a, double b) { return std::bit_cast<u64>(a) ^ std::bit_cast<u64>(b); };
  return (differs(block.score[at], state.decided_score) |
          differs(block.confidence[at], state.decided_confidence)) == 0;
}

// The columns of quotes from one on.
struct Quotes {
  Quotes(const Batch& batch, std::size_t index, std::size_t row)
      : kinds(batch.kind.from(index)),
        symbols(batch.symbol.from(index)),
        flags(batch.flags.from(index)),
        times(batch.ts_init.from(index)),
        bids(batch.bid_price.from(row)),
        asks(batch.ask_price.from(row)),
        bid_sizes(batch.bid_size.from(row)),
        ask_sizes(batch.ask_size.from(row)) {}

  // Accepted, two-sided, before the boundary of session and risk clock, and without flags.
  bool plain(std::size_t n, const VerdictBlock& block, std::size_t at, i64 boundary) const {
    const bool quote =
        block.sound_quotes || (block.code[at] == Code::None && kinds[n] == number(EventKind::Quote));
    return quote && times[n] < boundary && flags[n] == 0 && bid_sizes[n] > 0 && ask_sizes[n] > 0;
  }

  Column<u8> kinds;
  Column<u32> symbols;
  OptionalColumn<u32> flags;
  Column<i64> times, bids, asks, bid_sizes, ask_sizes;
};

// Runs up to `count` quotes, the first of which lies at `place` in the block; all are known to be plain, or
// each is looked at. Returns how many it ran.
template <bool AllPlain>
std::size_t run(EngineState& engine, const Quotes& quotes, std::size_t count, std::size_t place,
                const VerdictBlock& block) {
  SymbolState* const states = engine.symbols.data();
  const i64 boundary = engine.next_boundary;
  const PolicyConfig& policy = engine.config.policy;
  const bool by_quantity = !policy.quotes() && policy.target.sizing == number(Sizing::Quantity);
  Standing standing(engine);
  std::size_t n = 0;
  for (; n < count; ++n) {
    const std::size_t at = place + n;
    if (!AllPlain && !quotes.plain(n, block, at, boundary)) break;
    const u32 symbol = quotes.symbols[n];
    SymbolState& state = states[symbol];
    if (!at_rest(state)) break;
    const i64 bid = quotes.bids[n];
    const i64 ask = quotes.asks[n];
    const i64 mark = half_of_sum(bid + ask);
    const i128 change = money(mark - state.mark, state.position, state.multiplier);
    if (!standing.add(change)) [[unlikely]]
      break;
    if (state.position != 0) note_moved_mark(engine, state, symbol);
    const i64 now = quotes.times[n];
    state.bid_price = bid;
    state.ask_price = ask;
    state.bid_size = quotes.bid_sizes[n];
    state.ask_size = quotes.ask_sizes[n];
    state.mark = mark;
    state.last_ts = now;
    forget_taken(engine, state, symbol);
    if (says_nothing_new(state, block, at)) continue;
    engine.now = now;
    engine.event_index = engine.counters.events + at;
    if (block.verdict[at] != Verdict::Valid) {
      count_verdict(engine, block.verdict[at]);
      continue;
    }
    const Signal signal{block.score[at], block.confidence[at], block.fair_value[at], now};
    // A target by quantity asks for no equity: unless it is traded to, that stays at hand.
    if (by_quantity &&
        (!decides(state, signal) || !aim(engine, symbol, signal) || state.target == state.position))
      continue;
    standing.put_back();
    if (by_quantity) {
      trade_to_target(engine, symbol);
    } else {
      decide(engine, symbol, signal);
    }
    if (!nothing_pends(engine)) return n + 1;
    standing.take_up();
  }
  standing.put_back();
  return n;
}

}  // namespace

std::size_t run_quiet_quotes(EngineState& engine, const Batch& batch, std::size_t begin, std::size_t index,
                             std::size_t end, std::size_t row, const VerdictBlock& block) {
  if (!nothing_pends(engine)) return index;
  const Quotes quotes(batch, index, row);
  const std::size_t count = end - index;
  // Times only rise, so that the last one tells of all.
  const bool all_plain = block.plain_quotes && quotes.times[count - 1] < engine.next_boundary;
  return index + (all_plain ? run<true>(engine, quotes, count, index - begin, block)
                            : run<false>(engine, quotes, count, index - begin, block));
}

}  // namespace quartet
