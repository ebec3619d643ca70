// The tests of trades, books, bars and external signals (spec 2.4, row 7).
#include "quartet/data_engine/validation.hpp"

#include <algorithm>

#include "quartet/core/floating.hpp"

namespace quartet {
namespace {

bool not_positive(i64 size) { return size <= 0 || size > kPriceMax; }

}  // namespace

Code test_trade(const MarketInputs& market, const Batch& batch, std::size_t row) {
  if (not_positive(batch.trade_size[row])) return Code::BadSize;
  if (bad_price(market, batch.trade_price[row])) return Code::BadPrice;
  const i8 aggressor = batch.aggressor[row];
  if (aggressor < -1 || aggressor > 1) return Code::MissingField;
  return Code::None;
}

Code test_book(const MarketInputs& market, const Batch& batch, std::size_t row) {
  const std::size_t bids = batch.book_bid_levels[row];
  const std::size_t asks = batch.book_ask_levels[row];
  if (bids > kLevels || asks > kLevels) return Code::BadBook;
  const std::size_t base = row * kLevels;
  for (std::size_t i = 0; i < bids; ++i) {
    if (not_positive(batch.book_bid_sizes[base + i])) return Code::BadSize;
  }
  for (std::size_t i = 0; i < asks; ++i) {
    if (not_positive(batch.book_ask_sizes[base + i])) return Code::BadSize;
  }
  for (std::size_t i = 0; i < bids; ++i) {
    if (bad_price(market, batch.book_bid_prices[base + i])) return Code::BadPrice;
  }
  for (std::size_t i = 0; i < asks; ++i) {
    if (bad_price(market, batch.book_ask_prices[base + i])) return Code::BadPrice;
  }
  for (std::size_t i = 1; i < bids; ++i) {
    if (batch.book_bid_prices[base + i] >= batch.book_bid_prices[base + i - 1]) return Code::BadBook;
  }
  for (std::size_t i = 1; i < asks; ++i) {
    if (batch.book_ask_prices[base + i] <= batch.book_ask_prices[base + i - 1]) return Code::BadBook;
  }
  if (bids > 0 && asks > 0 && batch.book_bid_prices[base] > batch.book_ask_prices[base]) return Code::Crossed;
  return Code::None;
}

Code test_bar(const MarketInputs& market, const Batch& batch, std::size_t row) {
  const i64 open = batch.bar_open[row];
  const i64 high = batch.bar_high[row];
  const i64 low = batch.bar_low[row];
  const i64 close = batch.bar_close[row];
  if (bad_size(batch.bar_volume[row])) return Code::BadSize;
  if (bad_price(market, open) || bad_price(market, high) || bad_price(market, low) ||
      bad_price(market, close)) {
    return Code::BadPrice;
  }
  if (low > std::min(open, close) || high < std::max(open, close)) return Code::BadBar;
  return Code::None;
}

Code test_external_signal(const SignalLimits& limits, const Batch& batch, std::size_t event,
                          std::size_t row) {
  const double confidence = batch.signal_confidence[row];
  if (!is_finite(batch.signal_score[row]) || !is_finite(confidence)) return Code::BadSignal;
  if (confidence < 0.0 || confidence > 1.0) return Code::BadSignal;
  if (confidence < limits.min_confidence) return Code::LowConfidence;
  const i64 now = batch.ts_init[event];
  const i64 ts_event = batch.ts_event[event];
  // The difference may not fit in 63 bits.
  if (ts_event<now&& static_cast<u64>(now) - static_cast<u64>(ts_event)> static_cast<u64>(
          limits.max_age_ns)) {
    return Code::StaleSignal;
  }
  return Code::None;
}

}  // namespace quartet
