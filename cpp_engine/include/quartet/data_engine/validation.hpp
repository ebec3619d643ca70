// The tests of an event, in their order (spec 2.4).
#pragma once

#include <vector>

#include "quartet/core/configuration.hpp"
#include "quartet/data_engine/batch.hpp"
#include "quartet/data_engine/market_inputs.hpp"

namespace quartet {

inline constexpr i64 kTimeMax = i64{1} << 62;

// What tests 1 to 5 remember from event to event.
struct StreamState {
  i64 last_ts_init = 0;
  std::vector<u64> last_sequence;  // by source
  u64 gaps = 0;
};

// Tests 1 to 5; a sequence number is taken note of whatever the later tests say.
inline Code test_stream(StreamState& stream, const Batch& batch, std::size_t event) {
  if (!contract::is_event_kind(batch.kind[event])) return Code::UnknownKind;
  const u32 source = batch.source[event];
  if (source >= stream.last_sequence.size()) return Code::UnknownSource;
  const i64 now = batch.ts_init[event];
  if (now < stream.last_ts_init) return Code::OutOfOrder;
  const i64 ts_event = batch.ts_event[event];
  if (now >= kTimeMax || (ts_event > now && ts_event - now > contract::kFutureNsMax)) return Code::FutureTs;
  const u64 sequence = batch.sequence[event];
  if (sequence != 0) {
    u64& last = stream.last_sequence[source];
    if (sequence <= last) return Code::DuplicateSequence;
    if (last != 0 && sequence > last + 1) ++stream.gaps;
    last = sequence;
  }
  return Code::None;
}

inline bool bad_size(i64 size) { return static_cast<u64>(size) > static_cast<u64>(kPriceMax); }
inline bool bad_price(const MarketInputs& market, i64 price) {
  return price < market.prices.least || price > market.prices.most;
}

inline Code test_quote(const MarketInputs& market, i64 bid, i64 ask, i64 bid_size, i64 ask_size) {
  if (bad_size(bid_size) || bad_size(ask_size)) return Code::BadSize;
  if ((bid_size > 0 && bad_price(market, bid)) || (ask_size > 0 && bad_price(market, ask)))
    return Code::BadPrice;
  if (bid_size > 0 && ask_size > 0 && bid > ask) return Code::Crossed;
  return Code::None;
}

Code test_trade(const MarketInputs& market, const Batch& batch, std::size_t row);
Code test_book(const MarketInputs& market, const Batch& batch, std::size_t row);
Code test_bar(const MarketInputs& market, const Batch& batch, std::size_t row);
Code test_external_signal(const SignalLimits& limits, const Batch& batch, std::size_t event, std::size_t row);

}  // namespace quartet
