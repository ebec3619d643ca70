// Books of more than one level (spec 6.2).
#include "quartet/data_engine/market_view.hpp"

namespace quartet {

void view_book(EngineState& engine, u32 symbol, const Batch& batch, std::size_t row) {
  SymbolState& state = engine.symbols[symbol];
  const std::size_t base = row * kLevels;
  const u8 bids = batch.book_bid_levels[row];
  const u8 asks = batch.book_ask_levels[row];
  const auto bid = [&](std::size_t n) {
    return PriceLevel{batch.book_bid_prices[base + n], batch.book_bid_sizes[base + n]};
  };
  const auto ask = [&](std::size_t n) {
    return PriceLevel{batch.book_ask_prices[base + n], batch.book_ask_sizes[base + n]};
  };
  const PriceLevel best_bid = bids > 0 ? bid(0) : PriceLevel{};
  const PriceLevel best_ask = asks > 0 ? ask(0) : PriceLevel{};
  view_best(state, best_bid.price, best_ask.price, best_bid.size, best_ask.size);
  state.bid_levels = bids;
  state.ask_levels = asks;
  if (bids <= 1 && asks <= 1) return;
  BookDepth& depth = engine.trading[symbol].depth.make();
  for (std::size_t n = 1; n < bids; ++n) depth.bids[n] = bid(n);
  for (std::size_t n = 1; n < asks; ++n) depth.asks[n] = ask(n);
}

}  // namespace quartet
