// Books of more than one level (spec 6.2).
#include "quartet/data_engine/market_view.hpp"

namespace quartet {

void view_book(EngineState& engine, u32 symbol, const Batch& batch, std::size_t row) {
  SymbolState& state = engine.symbols[symbol];
  BookDepth& depth = engine.depth[symbol];
  const std::size_t base = row * kLevels;
  const u8 bids = batch.book_bid_levels[row];
  const u8 asks = batch.book_ask_levels[row];
  for (std::size_t n = 0; n < bids; ++n) {
    depth.bids[n] = {batch.book_bid_prices[base + n], batch.book_bid_sizes[base + n]};
  }
  for (std::size_t n = 0; n < asks; ++n) {
    depth.asks[n] = {batch.book_ask_prices[base + n], batch.book_ask_sizes[base + n]};
  }
  view_best(state, bids > 0 ? depth.bids[0].price : 0, asks > 0 ? depth.asks[0].price : 0,
            bids > 0 ? depth.bids[0].size : 0, asks > 0 ? depth.asks[0].size : 0);
  state.bid_levels = bids;
  state.ask_levels = asks;
}

}  // namespace quartet
