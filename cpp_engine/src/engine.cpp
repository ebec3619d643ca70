// The order of the steps of an event, and nothing else (spec 5).
#include "quartet/engine.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "quartet/core/floating.hpp"
#include "quartet/data_engine/market_view.hpp"
#include "quartet/execution_engine/venue.hpp"
#include "quartet/order_engine/external_reports.hpp"
#include "quartet/order_engine/order_engine.hpp"
#include "quartet/order_engine/policy.hpp"
#include "quartet/quiet_quotes.hpp"
#include "quartet/risk_engine/halts.hpp"

namespace quartet {
namespace {

// One event of a batch, and what phase one made of it.
struct Event {
  const Batch& batch;
  std::size_t index;  // in the batch
  std::size_t row;    // in the columns of its kind
  EventKind kind;
  u32 symbol;
  ControlCommand* command;  // of a CONTROL, else null
};

void reject(EngineState& engine, const Event& event, Code code, u32 symbol) {
  ++engine.counters.rejected;
  engine.records.add([&] {
    return contract::InputRejectRecord{
        .event_index = engine.event_index,
        .ts_init = event.batch.ts_init[event.index],
        .symbol = symbol,
        .input_kind = number(event.kind),
        .code = number(code),
        .source = event.batch.source[event.index],
        .sequence = event.batch.sequence[event.index],
        .ts_event = event.batch.ts_event[event.index],
    };
  });
}

// Spec 2.3, 2.5.
void reject_by_phase_one(EngineState& engine, const Event& event, Code code) {
  const bool names_no_symbol = event.kind == EventKind::ExecutionReport || event.kind == EventKind::Clock ||
                               event.kind == EventKind::Control;
  reject(engine, event, code, names_no_symbol ? kNoSymbol : event.symbol);
  if (code != Code::Crossed) return;
  engine.symbols[event.symbol].stale = true;
  engine.symbols[event.symbol].plain_view = false;
}

void step_arrivals(EngineState& engine, i64 ts_event) {
  if (!engine.config.venue.simulated()) return;
  if (!engine.inbound.empty()) deliver_arrivals(engine, ts_event);
  if (engine.config.reconciler.order_ttl_ns > 0 && engine.orders.size() != 0) expire_orders(engine, ts_event);
}

void step_effect(EngineState& engine, const Event& event) {
  const Batch& batch = event.batch;
  const std::size_t row = event.row;
  switch (event.kind) {
    case EventKind::Book: {
      SymbolState& state = engine.symbols[event.symbol];
      view_book(engine, event.symbol, batch, row);
      view_quote(engine, state, event.symbol, batch.flags[event.index]);
      if (state.orders_at_venue != 0) match_quote(engine, event.symbol, batch.ts_event[event.index]);
      break;
    }
    case EventKind::Trade: {
      SymbolState& state = engine.symbols[event.symbol];
      const i64 price = batch.trade_price[row];
      view_price(engine, state, event.symbol, batch.flags[event.index], price);
      if (state.orders_at_venue != 0) {
        match_trade(engine, event.symbol, batch.ts_event[event.index], price, batch.trade_size[row],
                    batch.aggressor[row]);
      }
      break;
    }
    case EventKind::Bar: {
      SymbolState& state = engine.symbols[event.symbol];
      view_price(engine, state, event.symbol, batch.flags[event.index], batch.bar_close[row]);
      if (state.orders_at_venue != 0) {
        match_bar(engine, event.symbol, batch.ts_event[event.index],
                  {batch.bar_open[row], batch.bar_high[row], batch.bar_low[row], batch.bar_volume[row]});
      }
      break;
    }
    case EventKind::ExecutionReport: {
      const ReportOutcome outcome = take_external_report(engine, batch, event.index, row);
      if (outcome.code != Code::None) reject(engine, event, outcome.code, outcome.symbol);
      break;
    }
    case EventKind::Control:
      if (!event.command->valid || !apply_control(engine, *event.command)) {
        reject(engine, event, Code::BadControl, kNoSymbol);
      }
      break;
    case EventKind::Quote:  // has steps of its own
    case EventKind::ExternalSignal:
    case EventKind::Clock:
      break;
  }
}

void step_decisions(EngineState& engine, const Event& event, const VerdictBlock& block, std::size_t at) {
  if (event.kind <= EventKind::ExternalSignal) {
    if (block.verdict[at] == Verdict::None) return;
    act_on_verdict(engine, event.symbol, event.kind, block.verdict[at],
                   {block.score[at], block.confidence[at], block.fair_value[at], engine.now});
  } else if (event.kind == EventKind::Clock) {
    decide_bars(engine);
  }
}

void step(EngineState& engine, const Event& event, const VerdictBlock& block, std::size_t at) {
  if (block.code[at] != Code::None) [[unlikely]] {
    reject_by_phase_one(engine, event, block.code[at]);
    return;
  }
  engine.now = event.batch.ts_init[event.index];
  if (engine.now >= engine.next_boundary) [[unlikely]]
    roll_clocks(engine);                                     // S1
  step_arrivals(engine, event.batch.ts_event[event.index]);  // S2
  step_effect(engine, event);                                // S3
  if (!engine.reports.empty()) apply_due_reports(engine);    // S4
  step_halts(engine);                                        // S5
  step_decisions(engine, event, block, at);                  // S6
}

}  // namespace

void step_quote(EngineState& engine, const Batch& batch, std::size_t index, std::size_t row,
                const VerdictBlock& block, std::size_t at) {
  const u32 symbol = batch.symbol[index];
  const i64 ts_event = batch.ts_event[index];
  SymbolState& state = engine.symbols[symbol];
  engine.now = batch.ts_init[index];
  if (engine.now >= engine.next_boundary) [[unlikely]]
    roll_clocks(engine);            // S1
  step_arrivals(engine, ts_event);  // S2
  view_best(state, batch.bid_price[row], batch.ask_price[row], batch.bid_size[row], batch.ask_size[row]);
  view_quote(engine, state, symbol, batch.flags[index]);
  state.plain_view = state.has_quote && batch.flags[index] == 0;
  if (state.orders_at_venue != 0) match_quote(engine, symbol, ts_event);  // S3
  if (!engine.reports.empty()) apply_due_reports(engine);                 // S4
  step_halts(engine);                                                     // S5
  if (block.verdict[at] == Verdict::Valid) {                              // S6
    decide(engine, symbol, {block.score[at], block.confidence[at], block.fair_value[at], engine.now});
  } else {
    count_verdict(engine, block.verdict[at]);
  }
}

void run_steps(EngineState& engine, const Batch& batch, std::span<ControlCommand>& commands,
               RowCursors& cursors, std::size_t begin, std::size_t end, const VerdictBlock& block) {
  const u64 first_event_index = engine.counters.events;
  std::size_t index = begin;
  while (index < end && engine.fault == nullptr) {
    const std::size_t quiet_end =
        run_quiet_quotes(engine, batch, begin, index, end, cursors.next(number(EventKind::Quote)), block);
    cursors.take_run(number(EventKind::Quote), quiet_end - index);
    index = quiet_end;
    if (index == end) break;
    const std::size_t at = index - begin;
    const u8 kind = batch.kind[index];
    const std::size_t row = cursors.take(kind);
    engine.event_index = first_event_index + at;
    if (kind == number(EventKind::Quote) && block.code[at] == Code::None) {
      step_quote(engine, batch, index, row, block, at);
    } else {
      ControlCommand* command = nullptr;
      if (kind == number(EventKind::Control)) {
        command = commands.data();
        commands = commands.subspan(1);
      }
      step(engine, {batch, index, row, static_cast<EventKind>(kind), batch.symbol[index], command}, block,
           at);
    }
    ++index;
  }
  engine.counters.events = first_event_index + (index - begin);
}

u64 process(EngineState& engine, const Batch& batch, std::span<ControlCommand> commands,
            std::size_t block_events, LatencyHistogram& latency, u64 started) {
  VerdictBlock block;
  RowCursors ahead;   // of phase one
  RowCursors behind;  // of phase two
  std::size_t begin = 0;
  while (begin < batch.events && engine.fault == nullptr) {
    const std::size_t limit = std::min(batch.events, begin + block_events);
    const std::size_t end =
        engine.phase_one.run_block(batch, begin, limit, ahead, engine.counters.events, block);
    run_steps(engine, batch, commands, behind, begin, end, block);
    const u64 ended = monotonic_ns();
    latency.add((ended - started) / (end - begin));  // one sample a block: the mean of its events
    started = ended;
    begin = end;
  }
  engine.counters.gaps = engine.phase_one.stream().gaps;
  return started;
}

u64 process_overlapped(EngineState& engine, const Batch& batch, std::span<ControlCommand> commands,
                       std::size_t block_events, LatencyHistogram& latency, u64 started,
                       PhaseOneWorker& worker) {
  RowCursors ahead;   // of phase one
  RowCursors behind;  // of phase two
  const u64 first_event_index = engine.counters.events;
  // Whatever ends this call, the worker is done with what it was lent.
  struct Settled {
    PhaseOneWorker& worker;
    ~Settled() { worker.settle(); }
  };
  const Settled settled{worker};
  std::size_t begin = 0;
  while (begin < batch.events && engine.fault == nullptr) {
    // A CONTROL may change program and limits: what follows waits until it has taken effect.
    worker.start({&engine.phase_one, &batch, begin, block_events, &ahead, first_event_index});
    bool over = false;
    while (!over && engine.fault == nullptr) {
      const RunBlock& block = worker.next();
      run_steps(engine, batch, commands, behind, begin, block.end, block.verdicts);
      const u64 ended = monotonic_ns();
      latency.add((ended - started) / (block.end - begin));
      started = ended;
      begin = block.end;
      over = ends_stretch(batch, begin);
      worker.release();
    }
  }
  worker.settle();
  engine.counters.gaps = engine.phase_one.stream().gaps;
  return started;
}

void evaluate(EngineState& engine, const Batch& batch, const Evaluation& out) {
  VerdictBlock block;
  RowCursors cursors;
  std::size_t begin = 0;
  while (begin < batch.events) {
    const std::size_t limit = std::min(batch.events, begin + kBlockEvents);
    const std::size_t end =
        engine.phase_one.run_block(batch, begin, limit, cursors, engine.counters.events, block);
    for (std::size_t index = begin; index < end; ++index) {
      const std::size_t at = index - begin;
      out.verdict[index] = number(block.verdict[at]);
      out.score[index] = canonical(block.score[at]);
      out.confidence[index] = canonical(block.confidence[at]);
      out.fair_value[index] = canonical(block.fair_value[at]);
    }
    engine.counters.events += end - begin;
    begin = end;
  }
  engine.counters.gaps = engine.phase_one.stream().gaps;
}

}  // namespace quartet
