// Event mode: the nodes that tick, one after the other, for one event (spec 3.3, 3.4, 4).
#include "quartet/signal_engine/evaluator.hpp"

#include "quartet/signal_engine/sources.hpp"
#include "quartet/signal_engine/state_arena.hpp"
#include "quartet/signal_engine/stateful_operators.hpp"
#include "quartet/signal_engine/stateless_operators.hpp"

namespace quartet {
namespace {

// bias + the weighted sum, in input order (spec 4.2).
double weighted(const Instruction& node, const Program& program, const double* values) {
  const double* params = program.params.data() + node.params;
  const u16* inputs = program.inputs.data() + node.inputs;
  double acc = params[0];
  for (std::size_t i = 0; i < node.input_count; ++i) acc = acc + params[i + 1] * values[inputs[i]];
  return acc;
}

double other_source_value(const Instruction& node, const Tick& tick) {
  const MarketInputs& m = *tick.market;
  const Batch& batch = *tick.batch;
  switch (node.op) {
    case Op::BidPriceLevel:
      return source::level(batch.book_bid_prices, batch.book_bid_levels[tick.row], tick, node.n);
    case Op::AskPriceLevel:
      return source::level(batch.book_ask_prices, batch.book_ask_levels[tick.row], tick, node.n);
    case Op::BidSizeLevel:
      return source::level(batch.book_bid_sizes, batch.book_bid_levels[tick.row], tick, node.n);
    case Op::AskSizeLevel:
      return source::level(batch.book_ask_sizes, batch.book_ask_levels[tick.row], tick, node.n);
    case Op::TradePrice:
      return scaled(batch.trade_price[tick.row]);
    case Op::TradeSize:
      return scaled(batch.trade_size[tick.row]);
    case Op::TradeSign:
      return to_double(i64{m.last_sign});
    case Op::Vwap:
      return m.memory->vwap_notional / m.memory->vwap_size;
    case Op::Open:
      return scaled(batch.bar_open[tick.row]);
    case Op::High:
      return scaled(batch.bar_high[tick.row]);
    case Op::Low:
      return scaled(batch.bar_low[tick.row]);
    case Op::Close:
      return scaled(batch.bar_close[tick.row]);
    case Op::Volume:
      return scaled(batch.bar_volume[tick.row]);
    case Op::ExternalScore: {
      const ExternalSignal* signal = source::external(tick, node.n);
      return signal != nullptr ? signal->score : kNan;
    }
    case Op::ExternalConfidence: {
      const ExternalSignal* signal = source::external(tick, node.n);
      return signal != nullptr ? signal->confidence : kNan;
    }
    case Op::Seconds:
      return source::seconds(tick);
    default:
      return kNan;
  }
}

}  // namespace

double source_value(const Instruction& node, const Tick& tick) {
  const MarketInputs& m = *tick.market;
  double value = 0.0;
  const bool from_quote = source::with_quote(node.op, [&](auto of_best) {
    value = of_best(source::Best{m.bid_price, m.ask_price, m.bid_size, m.ask_size});
    return true;
  });
  return from_quote ? value : other_source_value(node, tick);
}

void run_tape(const std::vector<Instruction>& tape, const Program& program, const Tick& tick, double* values,
              std::byte* state) {
  for (const Instruction& node : tape) {
    const double x = values[node.a];
    const double y = values[node.b];
    const double z = values[node.c];
    double& value = values[node.out];
    if (node.family == Family::Source) {
      value = source_value(node, tick);
    } else if (node.family == Family::Stateless) {
      stateless::with(node, [&](auto operation) { return value = operation(x, y, z), true; });
    } else if (node.family == Family::Stateful) {
      stateful::with(node, [&](auto step) {
        value = step(u_words(state, node.state), f_words(state, node.state + node.u_words), x, y);
        return true;
      });
    } else {
      const double sum = weighted(node, program, values);
      value = node.op == Op::Linear ? sum : stateless::logistic(sum);
    }
  }
}

}  // namespace quartet
