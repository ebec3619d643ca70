// Values of the source operators (spec 3.4).
#pragma once

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/evaluator.hpp"

namespace quartet::source {

// The best prices and sizes that a tick sees.
struct Best {
  i64 bid;
  i64 ask;
  i64 bid_size;
  i64 ask_size;

  bool has_bid() const { return bid_size > 0; }
  bool has_ask() const { return ask_size > 0; }
  bool has_both() const { return has_bid() & has_ask(); }
  // It may wrap where a side is absent, whose price is as given.
  i64 sum() const { return static_cast<i64>(static_cast<u64>(bid) + static_cast<u64>(ask)); }
};

inline double mid(const Best& best) {
  const double middle = to_double(best.sum()) / 2e9;
  return best.has_both() ? middle : kNan;
}

inline double microprice(const Best& best) {
  const double b = scaled(best.bid);
  const double a = scaled(best.ask);
  const double bs = scaled(best.bid_size);
  const double as = scaled(best.ask_size);
  const double middle = (b * as + a * bs) / (bs + as);
  return best.has_both() ? middle : kNan;
}

inline double imbalance(const Best& best) {
  const double bs = scaled(best.bid_size);
  const double as = scaled(best.ask_size);
  return (bs - as) / (bs + as);
}

// Calls run with the operator's function of the best prices and sizes, and returns what run returns; false
// where the operator is no function of these alone.
template <class Run>
inline bool with_quote(Op op, Run run) {
  switch (op) {
    case Op::Bid:
      return run([](const Best& best) { return best.has_bid() ? scaled(best.bid) : kNan; });
    case Op::Ask:
      return run([](const Best& best) { return best.has_ask() ? scaled(best.ask) : kNan; });
    case Op::BidSize:
      return run([](const Best& best) { return scaled(best.bid_size); });
    case Op::AskSize:
      return run([](const Best& best) { return scaled(best.ask_size); });
    case Op::Mid:
      return run(mid);
    case Op::Microprice:
      return run(microprice);
    case Op::Spread:
      return run([](const Best& best) { return best.has_both() ? scaled(best.ask - best.bid) : kNan; });
    case Op::Imbalance:
      return run(imbalance);
    default:
      return false;
  }
}

// Price or size of a level of the present book, NaN where there is none.
inline double level(const Column<i64>& column, u8 levels, const Tick& tick, u32 n) {
  return n < levels ? scaled(column[tick.row * kLevels + n]) : kNan;
}

// The live signal of a source, or null where there is none or it is too old (spec 3.7).
inline const ExternalSignal* external(const Tick& tick, u32 from) {
  for (const ExternalSignal& signal : tick.market->memory->external) {
    if (signal.source != from) continue;
    return i128{tick.now} - signal.ts_event > tick.max_age_ns ? nullptr : &signal;
  }
  return nullptr;
}

inline double seconds(const Tick& tick) {
  return scaled(floor_modulo(tick.now - tick.session_roll_ns, kDayNs));
}

}  // namespace quartet::source
