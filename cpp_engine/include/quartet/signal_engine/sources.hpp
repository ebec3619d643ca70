// Values of the source operators (spec 3.4).
#pragma once

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/floating.hpp"
#include "quartet/signal_engine/evaluator.hpp"

namespace quartet::source {

inline double mid(const MarketInputs& m) {
  return m.has_bid() && m.has_ask() ? to_double(m.bid_price + m.ask_price) / 2e9 : kNan;
}

inline double spread(const MarketInputs& m) {
  return m.has_bid() && m.has_ask() ? scaled(m.ask_price - m.bid_price) : kNan;
}

inline double microprice(const MarketInputs& m) {
  if (!m.has_bid() || !m.has_ask()) return kNan;
  const double b = scaled(m.bid_price);
  const double a = scaled(m.ask_price);
  const double bs = scaled(m.bid_size);
  const double as = scaled(m.ask_size);
  return (b * as + a * bs) / (bs + as);
}

inline double imbalance(const MarketInputs& m) {
  const double bs = scaled(m.bid_size);
  const double as = scaled(m.ask_size);
  return (bs - as) / (bs + as);
}

// Price or size of a level of the present book, NaN where there is none.
inline double level(const Column<i64>& column, u8 levels, const Tick& tick, u32 n) {
  return n < levels ? scaled(column[tick.row * kLevels + n]) : kNan;
}

// The live signal of a source, or null where there is none or it is too old (spec 3.7).
inline const ExternalSignal* external(const Tick& tick, u32 from) {
  for (const ExternalSignal& signal : tick.market->external) {
    if (signal.source != from) continue;
    return i128{tick.now} - signal.ts_event > tick.max_age_ns ? nullptr : &signal;
  }
  return nullptr;
}

inline double seconds(const Tick& tick) {
  return scaled(floor_modulo(tick.now - tick.session_roll_ns, kDayNs));
}

}  // namespace quartet::source
