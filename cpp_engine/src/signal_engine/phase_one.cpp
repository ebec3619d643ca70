// Phase one event by event, and what both modes share (spec 3.2-3.8).
#include "quartet/signal_engine/phase_one.hpp"

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"

namespace quartet {

void PhaseOne::configure(const EngineConfig& config, const std::vector<PriceBounds>& bounds,
                         Program program) {
  limits_ = config.signals;
  session_roll_ns_ = config.session_roll_ns;
  stream_.last_sequence.assign(config.capacity.source_count, 0);
  markets_.resize(bounds.size());
  for (std::size_t i = 0; i < markets_.size(); ++i) markets_[i].prices = bounds[i];
  set_program(std::move(program));
}

void PhaseOne::set_program(Program program) {
  program_ = std::move(program);
  block_.reset();
  const std::size_t symbols = markets_.size();
  arena_ = StateArena(symbols, program_.state_words);
  for (MarketInputs& market : markets_) market.has_ticked = false;
  at_hand_ = program_.first_values;
  values_ = std::vector<double>(symbols * program_.kept, kNan);
  if (!program_.derives) fill_first_values();
}

void PhaseOne::fill_first_values() {
  for (u32 symbol = 0; symbol < markets_.size(); ++symbol)
    std::copy(program_.first_values.begin(), program_.first_values.end(), row_of(symbol));
}

void PhaseOne::keep_all_values() {
  if (!program_.derives) return;
  quartet::keep_all_values(program_);
  values_.resize(markets_.size() * program_.kept);
  fill_first_values();
}

void PhaseOne::copy_values(u32 symbol, std::vector<double>& values) const {
  values = program_.first_values;
  const double* const row = values_.data() + std::size_t{symbol} * program_.kept;
  for (const Instruction& node : program_.nodes) {
    if (node.place != kNotKept) values[node.out] = row[node.place];
  }
  if (program_.derives && markets_[symbol].has_ticked)
    run_tape(program_.derived, program_, {}, values.data(), nullptr);
}

void PhaseOne::keep_values(u32 symbol, u8 kind) {
  if (!program_.score_ticks[kind]) return;
  double* row = row_of(symbol);
  for (const u16 node : program_.kept_nodes) *row++ = at_hand_[node];
  markets_[symbol].has_ticked = true;
}

void PhaseOne::note_ticks(const SignalBlock& block) {
  if (block.one_kind) {
    if (!program_.score_ticks[block.kind[0]]) return;
    for (std::size_t i = 0; i < block.symbols; ++i) markets_[block.symbol_at[i]].has_ticked = true;
    return;
  }
  for (std::size_t t = 0; t < block.ticks; ++t) {
    if (program_.score_ticks[block.kind[t]]) markets_[block.symbol[t]].has_ticked = true;
  }
}

std::size_t PhaseOne::run_block(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                                u64 first_event_index, VerdictBlock& verdicts) {
  // Below this, laying a block out costs more than the nodes save.
  constexpr std::size_t worth_a_block = 16;
  const bool columns = mode_ == Mode::Block || (mode_ == Mode::Auto && end - begin >= worth_a_block);
  return columns ? run_columns(batch, begin, end, cursors, first_event_index, verdicts)
                 : run_events(batch, begin, end, cursors, first_event_index, verdicts);
}

std::size_t PhaseOne::run_events(const Batch& batch, std::size_t begin, std::size_t end, RowCursors& cursors,
                                 u64 first_event_index, VerdictBlock& verdicts) {
  verdicts.sound_quotes = verdicts.plain_quotes = false;
  for (std::size_t event = begin; event < end; ++event) {
    const std::size_t at = event - begin;
    const u8 kind_number = batch.kind[event];
    const std::size_t row = cursors.take(kind_number);
    const auto kind = static_cast<EventKind>(kind_number);
    const Code code = accept(batch, event, row, kind, first_event_index + at);
    verdicts.code[at] = code;
    leave_blank(at, verdicts);
    if (code == Code::None && kind <= EventKind::ExternalSignal) {
      const u32 symbol = batch.symbol[event];
      double* node_values = program_.derives ? at_hand_.data() : row_of(symbol);
      run_tape(program_.tapes[kind_number], program_, tick_of(batch, event, row), node_values,
               arena_.of(symbol));
      if (program_.derives) keep_values(symbol, kind_number);
      if (program_.score_ticks[kind_number]) {
        judge(node_values[program_.score], output(program_.confidence, node_values, 1.0),
              output(program_.fair_value, node_values, kNan), at, verdicts);
      }
    }
    if (kind == EventKind::Control) return event + 1;
  }
  return end;
}

Tick PhaseOne::tick_of(const Batch& batch, std::size_t event, std::size_t row) const {
  return {&markets_[batch.symbol[event]], &batch,           row,
          batch.ts_init[event],           session_roll_ns_, limits_.max_age_ns};
}

void PhaseOne::leave_blank(std::size_t at, VerdictBlock& verdicts) {
  verdicts.verdict[at] = Verdict::None;
  verdicts.score[at] = kNan;
  verdicts.confidence[at] = kNan;
  verdicts.fair_value[at] = kNan;
}

// All tests of an event, and what it leaves behind where it passes them (spec 2.4, 2.5).
Code PhaseOne::accept(const Batch& batch, std::size_t event, std::size_t row, EventKind kind,
                      u64 event_index) {
  Code code = test_stream(stream_, batch, event);
  if (code == Code::None) code = take_in(batch, event, row, kind, event_index);
  if (code == Code::None) stream_.last_ts_init = batch.ts_init[event];
  return code;
}

// Tests 6 and 7, and what an accepted event leaves in the symbol's market inputs.
Code PhaseOne::take_in(const Batch& batch, std::size_t event, std::size_t row, EventKind kind,
                       u64 event_index) {
  if (kind > EventKind::ExternalSignal) return Code::None;
  const u32 symbol = batch.symbol[event];
  if (symbol >= markets_.size()) return Code::UnknownSymbol;
  MarketInputs& market = markets_[symbol];
  Code code = Code::None;
  switch (kind) {
    case EventKind::Quote: {
      const i64 bid = batch.bid_price[row];
      const i64 ask = batch.ask_price[row];
      const i64 bid_size = batch.bid_size[row];
      const i64 ask_size = batch.ask_size[row];
      code = test_quote(market, bid, ask, bid_size, ask_size);
      if (code != Code::None) return code;
      market.bid_price = bid;
      market.ask_price = ask;
      market.bid_size = bid_size;
      market.ask_size = ask_size;
      return code;
    }
    case EventKind::Trade:
      code = test_trade(market, batch, row);
      if (code == Code::None) add_trade(market, batch, event, row);
      return code;
    case EventKind::Book: {
      code = test_book(market, batch, row);
      if (code != Code::None) return code;
      const bool bids = batch.book_bid_levels[row] > 0;
      const bool asks = batch.book_ask_levels[row] > 0;
      market.bid_price = bids ? batch.book_bid_prices[row * kLevels] : 0;
      market.bid_size = bids ? batch.book_bid_sizes[row * kLevels] : 0;
      market.ask_price = asks ? batch.book_ask_prices[row * kLevels] : 0;
      market.ask_size = asks ? batch.book_ask_sizes[row * kLevels] : 0;
      return code;
    }
    case EventKind::Bar:
      return test_bar(market, batch, row);
    default:
      code = test_external_signal(limits_, batch, event, row);
      if (code != Code::None) return code;
      add_external_signal(market,
                          {batch.source[event], batch.signal_score[row], batch.signal_confidence[row],
                           batch.ts_event[event], event_index},
                          limits_.max_signals_per_symbol);
      return code;
  }
}

// Sign and session sums of a trade (spec 3.5, 3.6).
void PhaseOne::add_trade(MarketInputs& market, const Batch& batch, std::size_t event, std::size_t row) {
  const i64 price = batch.trade_price[row];
  trade_sign(market, price, batch.aggressor[row]);
  const i64 session = floor_divide(batch.ts_init[event] - session_roll_ns_, kDayNs);
  MarketMemory& trades = market.memory.make();
  if (session != trades.vwap_session) {
    trades.vwap_session = session;
    trades.vwap_notional = 0.0;
    trades.vwap_size = 0.0;
  }
  const double size = scaled(batch.trade_size[row]);
  trades.vwap_notional = trades.vwap_notional + scaled(price) * size;
  trades.vwap_size = trades.vwap_size + size;
}

}  // namespace quartet
