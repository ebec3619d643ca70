// Phase one over a block: events in, then each node over all ticks, then the verdicts (spec 3.2-3.8).
#include <bit>

#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/node_run.hpp"
#include "quartet/signal_engine/phase_one.hpp"
#include "quartet/signal_engine/sources.hpp"

namespace quartet {
namespace {

constexpr u8 kQuote = number(EventKind::Quote);

bool only_quotes(const Batch& batch, std::size_t begin, std::size_t end) {
  unsigned other = 0;
  for (std::size_t event = begin; event < end; ++event) other |= batch.kind[event] ^ kQuote;
  return other == 0;
}

// After the first CONTROL, or `end`.
std::size_t end_at_control(const Batch& batch, std::size_t begin, std::size_t end) {
  for (std::size_t event = begin; event < end; ++event) {
    if (batch.kind[event] == number(EventKind::Control)) return event + 1;
  }
  return end;
}

// Columns of a block that starts at a row; as values, so that no store can be taken to change them.
struct QuoteColumns {
  QuoteColumns(const Batch& batch, std::size_t row)
      : bid(batch.bid_price.from(row)),
        ask(batch.ask_price.from(row)),
        bid_size(batch.bid_size.from(row)),
        ask_size(batch.ask_size.from(row)) {}

  source::Best operator[](std::size_t at) const { return {bid[at], ask[at], bid_size[at], ask_size[at]}; }

  Column<i64> bid, ask, bid_size, ask_size;
};

struct CommonColumns {
  CommonColumns(const Batch& batch, std::size_t event)
      : symbol(batch.symbol.from(event)),
        source(batch.source.from(event)),
        ts_event(batch.ts_event.from(event)),
        ts_init(batch.ts_init.from(event)),
        sequence(batch.sequence.from(event)) {}

  Column<u32> symbol;
  OptionalColumn<u32> source;
  Column<i64> ts_event, ts_init;
  OptionalColumn<u64> sequence;
};

// The bits that any of the values has.
template <class T>
T any_bit(const OptionalColumn<T>& given, std::size_t events) {
  T bits = 0;
  if (!given.given()) return bits;
  const Column<T> column = given.column();
  for (std::size_t at = 0; at < events; ++at) bits |= column[at];
  return bits;
}

// Whether all of these quotes pass every test but those of their symbols: in order, in time, without sequence
// numbers, two-sided, not crossed. Sums and signs alone, over whole columns; false says nothing. Values of
// 2^62 and above are not plain, so that no difference of two others wraps unseen.
bool plain_quotes(const CommonColumns& common, const QuoteColumns& quotes, std::size_t events,
                  const StreamState& stream) {
  const u64 sequences = any_bit(common.sequence, events);
  const u32 sources = any_bit(common.source, events);
  u64 values = 0;
  u64 differences = static_cast<u64>(common.ts_init[0]) - static_cast<u64>(stream.last_ts_init);
  for (std::size_t at = 0; at < events; ++at) {
    const u64 now = static_cast<u64>(common.ts_init[at]);
    const u64 ts_event = static_cast<u64>(common.ts_event[at]);
    values |= now | ts_event;
    differences |= now + static_cast<u64>(contract::kFutureNsMax) - ts_event;
  }
  for (std::size_t at = 1; at < events; ++at) {
    differences |= static_cast<u64>(common.ts_init[at]) - static_cast<u64>(common.ts_init[at - 1]);
  }
  for (std::size_t at = 0; at < events; ++at) {
    const u64 bid_size = static_cast<u64>(quotes.bid_size[at]);
    const u64 ask_size = static_cast<u64>(quotes.ask_size[at]);
    values |= bid_size | ask_size;
    differences |= (bid_size - 1) | (ask_size - 1) |
                   (static_cast<u64>(quotes.ask[at]) - static_cast<u64>(quotes.bid[at]));
  }
  return (values >> 62) == 0 && (differences >> 63) == 0 && sequences == 0 &&
         sources < stream.last_sequence.size();
}

// What the symbols of ticks are found in.
struct Symbols {
  MarketInputs* markets;
  std::size_t count;
  std::byte* states;
  std::ptrdiff_t state_bytes;
};

// Adds the ticks of quotes from `at` on of which only the symbols' bounds are left to test, up to the first
// that fails them; returns its place.
[[gnu::noinline]] std::size_t place_sound(SignalBlock& block, const Symbols& given, Column<u32> symbol_of,
                                          const QuoteColumns& quotes, std::size_t at, std::size_t events) {
  const Symbols symbols = given;
  const Column<i64> bids = quotes.bid;
  const Column<i64> asks = quotes.ask;
  std::size_t tick = block.ticks;
  for (; at < events; ++at, ++tick) {
    const u32 symbol = symbol_of[at];
    if (symbol >= symbols.count) [[unlikely]]
      break;
    MarketInputs& market = symbols.markets[symbol];
    if (bids[at] < market.prices.least || asks[at] > market.prices.most) [[unlikely]]
      break;
    block.place_tick(tick, at, symbol, symbols.states + symbol * symbols.state_bytes, market.block_place);
  }
  block.ticks = tick;
  return at;
}

// The place in the block of the event of each tick.
template <class Run>
void with_places(const SignalBlock& block, Run run) {
  if (block.two_sided) {
    run([](std::size_t t) { return t; });
  } else {
    run([places = block.event.data()](std::size_t t) { return std::size_t{places[t]}; });
  }
}

// Nearest integers first, then divisions, which go two at a time where nothing else is done between them.
void run_mid(const QuoteColumns& quotes, const SignalBlock& block, double* __restrict out) {
  const std::size_t ticks = block.ticks;
  with_places(block, [&](auto place) {
    for (std::size_t t = 0; t < ticks; ++t) out[t] = to_double(quotes[place(t)].sum());
  });
  for (std::size_t t = 0; t < ticks; ++t) out[t] = out[t] / 2e9;
  if (block.two_sided) return;
  for (std::size_t t = 0; t < ticks; ++t) {
    if (!quotes[block.event[t]].has_both()) out[t] = kNan;
  }
}

void run_imbalance(const QuoteColumns& quotes, const SignalBlock& block, double* __restrict out) {
  std::array<double, kBlockEvents> asks;  // a sweep's blocks are longer
  for (std::size_t begin = 0; begin < block.ticks; begin += kBlockEvents) {
    const std::size_t ticks = std::min(kBlockEvents, block.ticks - begin);
    double* const values = out + begin;
    with_places(block, [&](auto place) {
      for (std::size_t t = 0; t < ticks; ++t) {
        values[t] = to_double(quotes.bid_size[place(begin + t)]);
        asks[t] = to_double(quotes.ask_size[place(begin + t)]);
      }
    });
    for (std::size_t t = 0; t < ticks; ++t) {
      const double bid = values[t] / 1e9;
      const double ask = asks[t] / 1e9;
      values[t] = (bid - ask) / (bid + ask);
    }
  }
}

}  // namespace

std::size_t PhaseOne::run_columns(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                                  u64 first_event_index, VerdictBlock& verdicts) {
  if (block_ == nullptr) {
    block_ = std::make_unique<SignalBlock>();
    block_->lay_out(program_);
  }
  block_->clear();
  end = std::min(end, begin + block_->events());
  const bool quotes = only_quotes(batch, begin, end);
  if (quotes) {
    const std::size_t first_row = cursors.take_run(kQuote, end - begin);
    take_in_quotes(batch, begin, end, first_row, verdicts);
    block_->kinds = 1u << kQuote;
    block_->one_kind = true;
    block_->kind[0] = kQuote;
    run_quote_sources(batch, begin, first_row);
  } else {
    end = end_at_control(batch, begin, end);
    take_in_any(batch, begin, end, cursors, first_event_index, verdicts);
    unsigned present = 0;
    for (std::size_t t = 0; t < block_->ticks; ++t) present |= 1u << block_->kind[t];
    block_->kinds = static_cast<u8>(present);
    block_->one_kind = std::has_single_bit(present);
  }
  run_program(program_, *block_, {values_.data(), program_.kept, 0});
  if (program_.derives) note_ticks(*block_);
  verdicts.sound_quotes = quotes && block_->ticks == end - begin;
  verdicts.plain_quotes = verdicts.sound_quotes && verdicts.plain_quotes;
  judge_ticks(program_, *block_, end - begin, verdicts);
  return end;
}

// Where a glance at the columns shows that all quotes pass, the tests that are left are those of their
// symbols' bounds. Quotes leave their symbols' market inputs once, after the last one.
void PhaseOne::take_in_quotes(const Batch& batch, std::size_t begin, std::size_t end, std::size_t first_row,
                              VerdictBlock& verdicts) {
  SignalBlock& block = *block_;
  const QuoteColumns quotes(batch, first_row);
  const CommonColumns common(batch, begin);
  const std::size_t events = end - begin;
  const bool plain = plain_quotes(common, quotes, events, stream_);
  verdicts.plain_quotes = plain && any_bit(batch.flags.from(begin), events) == 0;
  const Symbols symbols{markets_.data(), markets_.size(), arena_.of(0), arena_.of(1) - arena_.of(0)};
  std::fill_n(verdicts.code.begin(), events, Code::None);
  for (std::size_t at = 0; at < events; ++at) {
    if (plain) at = place_sound(block, symbols, common.symbol, quotes, at, events);
    if (block.ticks != 0) stream_.last_ts_init = common.ts_init[block.event[block.ticks - 1]];
    if (at == events) break;
    verdicts.code[at] = test_any_quote(batch, begin + at, first_row + at);
    if (verdicts.code[at] == Code::None)
      block.add(at, common.symbol[at], arena_.of(common.symbol[at]), markets_[common.symbol[at]].block_place);
  }
  if (block.ticks != 0) stream_.last_ts_init = common.ts_init[block.event[block.ticks - 1]];
  block.two_sided = plain && block.ticks == events;
  for (std::size_t i = 0; i < block.symbols; ++i) {
    const source::Best best = quotes[block.event[block.last[i]]];
    MarketInputs& market = markets_[block.symbol_at[i]];
    market.bid_price = best.bid;
    market.ask_price = best.ask;
    market.bid_size = best.bid_size;
    market.ask_size = best.ask_size;
  }
}

Code PhaseOne::test_any_quote(const Batch& batch, std::size_t event, std::size_t row) {
  const Code code = test_stream(stream_, batch, event);
  if (code != Code::None) return code;
  const u32 symbol = batch.symbol[event];
  if (symbol >= markets_.size()) return Code::UnknownSymbol;
  return test_quote(markets_[symbol], batch.bid_price[row], batch.ask_price[row], batch.bid_size[row],
                    batch.ask_size[row]);
}

// Sources are evaluated at once, while the market inputs are those of the event.
void PhaseOne::take_in_any(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                           u64 first_event_index, VerdictBlock& verdicts) {
  SignalBlock& block = *block_;
  for (std::size_t at = 0; at < end - begin; ++at) {
    const std::size_t event = begin + at;
    const u8 kind = batch.kind[event];
    const std::size_t row = cursors.take(kind);
    const Code code = accept(batch, event, row, static_cast<EventKind>(kind), first_event_index + at);
    verdicts.code[at] = code;
    if (code != Code::None || kind > number(EventKind::ExternalSignal)) continue;
    const u32 symbol = batch.symbol[event];
    const std::size_t t = block.ticks;
    block.add(at, symbol, arena_.of(symbol), markets_[symbol].block_place);
    block.kind[t] = kind;
    const Tick tick = tick_of(batch, event, row);
    for (const Instruction& node : program_.tapes[kind]) {
      if (node.family == Family::Source) block.column(node.out)[t] = source_value(node, tick);
    }
  }
}

void PhaseOne::run_quote_sources(const Batch& batch, std::size_t begin, std::size_t first_row) {
  SignalBlock& block = *block_;
  const QuoteColumns quotes(batch, first_row);
  const std::size_t ticks = block.ticks;
  for (const Instruction& node : program_.tapes[kQuote]) {
    if (node.family != Family::Source) continue;
    double* __restrict out = block.column(node.out);
    if (node.op == Op::Mid) {
      run_mid(quotes, block, out);
      continue;
    }
    if (node.op == Op::Imbalance) {
      run_imbalance(quotes, block, out);
      continue;
    }
    const bool from_quote = source::with_quote(node.op, [&](auto value) {
      for (std::size_t t = 0; t < ticks; ++t) out[t] = value(quotes[block.event[t]]);
      return true;
    });
    if (from_quote) continue;
    for (std::size_t t = 0; t < ticks; ++t) {
      out[t] = source_value(node, tick_of(batch, begin + block.event[t], first_row + block.event[t]));
    }
  }
}

SignalBlock& PhaseOne::share_block(std::size_t more_columns, std::size_t events) {
  mode_ = Mode::Block;
  block_ = std::make_unique<SignalBlock>();
  block_->lay_out(program_, more_columns, events);
  return *block_;
}

void PhaseOne::judge_ticks(const Program& program, SignalBlock& block, std::size_t events,
                           VerdictBlock& verdicts) const {
  const double* score = block.column(program.score);
  const auto column = [&](int node) {
    return node >= 0 ? block.column(static_cast<std::size_t>(node)) : nullptr;
  };
  const double* confidence = column(program.confidence);
  const double* fair_value = column(program.fair_value);
  const auto judge_tick = [&](std::size_t t, std::size_t at) {
    judge(score[t], confidence != nullptr ? confidence[t] : 1.0, fair_value != nullptr ? fair_value[t] : kNan,
          at, verdicts);
  };
  if (block.ticks == events && block.one_kind && program.score_ticks[block.kind[0]]) {
    for (std::size_t t = 0; t < events; ++t) judge_tick(t, t);
    return;
  }
  for (std::size_t at = 0; at < events; ++at) leave_blank(at, verdicts);
  for (std::size_t t = 0; t < block.ticks; ++t) {
    const u8 kind = block.kind[block.one_kind ? 0 : t];
    if (program.score_ticks[kind]) judge_tick(t, block.event[t]);
  }
}

}  // namespace quartet
