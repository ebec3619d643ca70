// The interpreter: one switch over the operators, in the order of the contract's table (spec 4).
#include "quartet/signal_engine/evaluator.hpp"

#include "quartet/core/elementary.hpp"
#include "quartet/signal_engine/block_operators.hpp"
#include "quartet/signal_engine/ring_operators.hpp"
#include "quartet/signal_engine/smoothing_operators.hpp"
#include "quartet/signal_engine/sources.hpp"
#include "quartet/signal_engine/state_arena.hpp"

namespace quartet {
namespace {

double truth(bool value) { return value ? 1.0 : 0.0; }

// The result of a comparison of two values, NaN where one of them is (spec 4.1).
double compare(double x, double y, bool result) { return is_nan(x) || is_nan(y) ? kNan : truth(result); }

double sign(double x) { return is_nan(x) ? kNan : (x > 0.0 ? 1.0 : (x < 0.0 ? -1.0 : 0.0)); }

// bias + the weighted sum, in input order (spec 4.2).
double weighted(const Instruction& node, const Program& program, const double* values) {
  const double* params = program.params.data() + node.params;
  const u16* inputs = program.inputs.data() + node.inputs;
  double acc = params[0];
  for (std::size_t i = 0; i < node.input_count; ++i) acc = acc + params[i + 1] * values[inputs[i]];
  return acc;
}

double source_value(const Instruction& node, const Tick& tick) {
  const MarketInputs& m = *tick.market;
  const Batch& batch = *tick.batch;
  switch (node.op) {
    case Op::Bid:
      return m.has_bid() ? scaled(m.bid_price) : kNan;
    case Op::Ask:
      return m.has_ask() ? scaled(m.ask_price) : kNan;
    case Op::BidSize:
      return scaled(m.bid_size);
    case Op::AskSize:
      return scaled(m.ask_size);
    case Op::Microprice:
      return source::microprice(m);
    case Op::Spread:
      return source::spread(m);
    case Op::Imbalance:
      return source::imbalance(m);
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
      return m.vwap_notional / m.vwap_size;
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

double stateful_value(const Instruction& node, const double* values, std::byte* state) {
  u64* u = u_words(state, node.state);
  double* f = f_words(state, node.state + node.u_words);
  const double x = values[node.a];
  const u32 n = node.n;
  const double k0 = node.k0;
  const auto first = [](const auto& aggregate) { return aggregate[0]; };
  const auto variance = [&](const Aggregate<2>& m) { return m[1] / (to_double(i64{n}) - k0); };
  switch (node.op) {
    case Op::Delay:
      return ring::delay(u, f, n, x);
    case Op::Delta:
      return x - ring::delay(u, f, n, x);
    case Op::Sum:
      return block::step<SumMonoid>(u, f, n, {x}, first);
    case Op::Mean:
      return block::step<SumMonoid>(u, f, n, {x},
                                    [&](const Aggregate<1>& a) { return a[0] / to_double(i64{n}); });
    case Op::Std:
      return block::step<MomentsMonoid>(u, f, n, {x},
                                        [&](const Aggregate<2>& m) { return std::sqrt(variance(m)); });
    case Op::Var:
      return block::step<MomentsMonoid>(u, f, n, {x}, variance);
    case Op::Zscore:
      return block::step<MomentsMonoid>(u, f, n, {x}, [&](const Aggregate<2>& m) {
        const double deviation = std::sqrt(variance(m));
        return deviation > 0.0 ? (x - m[0]) / deviation : kNan;
      });
    case Op::RollingMin:
      return block::step<MinMonoid>(u, f, n, {x}, first);
    case Op::RollingMax:
      return block::step<MaxMonoid>(u, f, n, {x}, first);
    case Op::Argmin:
      return ring::argmin(u, f, n, x);
    case Op::Argmax:
      return ring::argmax(u, f, n, x);
    case Op::Rank:
      return ring::rank(u, f, n, x);
    case Op::Corr:
      return block::step<CoMomentsMonoid>(u, f, n, {x, values[node.b]}, [](const Aggregate<5>& m) {
        return m[2] > 0.0 && m[3] > 0.0 ? m[4] / std::sqrt(m[2] * m[3]) : kNan;
      });
    case Op::Cov:
      return block::step<CoMomentsMonoid>(u, f, n, {x, values[node.b]}, [&](const Aggregate<5>& m) {
        return m[4] / (to_double(i64{n}) - k0);
      });
    case Op::Product:
      return block::step<ProductMonoid>(u, f, n, {x}, first);
    case Op::LinearDecay:
      return ring::linear_decay(u, f, n, x);
    case Op::Slope:
      return ring::slope(u, f, n, x);
    case Op::Wilder:
      return smoothing::wilder(u, f, n, x);
    default:
      return kNan;
  }
}

}  // namespace

void run_tape(const std::vector<Instruction>& tape, const Program& program, const Tick& tick, double* values,
              std::byte* state) {
  for (const Instruction& node : tape) {
    const double x = values[node.a];
    const double y = values[node.b];
    double value;
    switch (node.op) {
      case Op::Mid:
        value = source::mid(*tick.market);
        break;
      case Op::Add:
        value = x + y;
        break;
      case Op::Sub:
        value = x - y;
        break;
      case Op::Mul:
        value = x * y;
        break;
      case Op::Div:
        value = x / y;
        break;
      case Op::Neg:
        value = -x;
        break;
      case Op::Abs:
        value = std::fabs(x);
        break;
      case Op::Min2:
        value = spec_min(x, y);
        break;
      case Op::Max2:
        value = spec_max(x, y);
        break;
      case Op::Clip:
        value = x < node.k0 ? node.k0 : (node.k1 < x ? node.k1 : x);
        break;
      case Op::Sign:
        value = sign(x);
        break;
      case Op::Sqrt:
        value = std::sqrt(x);
        break;
      case Op::Exp:
        value = spec_exp(x);
        break;
      case Op::Log:
        value = spec_log(x);
        break;
      case Op::Tanh:
        value = spec_tanh(x);
        break;
      case Op::Lt:
        value = compare(x, y, x < y);
        break;
      case Op::Le:
        value = compare(x, y, x <= y);
        break;
      case Op::Gt:
        value = compare(x, y, x > y);
        break;
      case Op::Ge:
        value = compare(x, y, x >= y);
        break;
      case Op::Eq:
        value = compare(x, y, x == y);
        break;
      case Op::Ne:
        value = compare(x, y, x != y);
        break;
      case Op::And:
        value = compare(x, y, x != 0.0 && y != 0.0);
        break;
      case Op::Or:
        value = compare(x, y, x != 0.0 || y != 0.0);
        break;
      case Op::Not:
        value = compare(x, x, x == 0.0);
        break;
      case Op::Select:
        value = is_nan(x) ? kNan : (x != 0.0 ? y : values[node.c]);
        break;
      case Op::IsNan:
        value = truth(is_nan(x));
        break;
      case Op::Coalesce:
        value = is_nan(x) ? y : x;
        break;
      case Op::Ema:
        value =
            smoothing::ema(u_words(state, node.state), f_words(state, node.state + 1), node.n, node.k0, x);
        break;
      case Op::Linear:
        value = weighted(node, program, values);
        break;
      case Op::Logistic:
        value = 1.0 / (1.0 + spec_exp(-weighted(node, program, values)));
        break;
      default:
        value = node.op < Op::Add ? source_value(node, tick) : stateful_value(node, values, state);
        break;
    }
    values[node.out] = value;
  }
}

}  // namespace quartet
