// What phase one keeps of a symbol's market data (spec 3.2).
#pragma once

#include <vector>

#include "quartet/core/made_on_use.hpp"
#include "quartet/core/tables.hpp"

namespace quartet {

// A live external signal (spec 3.7).
struct ExternalSignal {
  u32 source = 0;
  double score = 0.0;
  double confidence = 0.0;
  i64 ts_event = 0;
  u64 event_index = 0;
};

// What trades and external signals leave behind (spec 3.5-3.7).
struct MarketMemory {
  i64 last_trade_price = 0;
  i64 vwap_session = 0;
  double vwap_notional = 0.0;
  double vwap_size = 0.0;
  std::vector<ExternalSignal> external;
};

// One line: what a quote touches.
struct alignas(64) MarketInputs {
  i64 bid_price = 0;
  i64 ask_price = 0;
  i64 bid_size = 0;
  i64 ask_size = 0;
  // The instrument's bounds, beside the quote that they are held against.
  PriceBounds prices;
  u32 block_place = 0;  // among the symbols of the block at hand (no state)
  bool has_trade = false;
  bool has_ticked = false;  // where values are derived (no state)
  i8 last_sign = 0;
  MadeOnUse<MarketMemory> memory;

  bool has_bid() const { return bid_size > 0; }
  bool has_ask() const { return ask_size > 0; }
};

// Sign of a trade, then remembers it and its price (spec 3.5).
inline i8 trade_sign(MarketInputs& market, i64 price, i8 aggressor) {
  i8 sign = aggressor;
  if (sign == 0 && market.has_bid() && market.has_ask()) {
    const i64 sum = market.bid_price + market.ask_price;
    sign = 2 * price > sum ? i8{1} : (2 * price < sum ? i8{-1} : i8{0});
  }
  i64& last = market.memory.make().last_trade_price;
  if (sign == 0 && market.has_trade) sign = price > last ? i8{1} : (price < last ? i8{-1} : market.last_sign);
  last = price;
  market.has_trade = true;
  market.last_sign = sign;
  return sign;
}

// Puts a signal in the place of its source's or at the end, and evicts the weakest if the list is too long
// (spec 3.7).
inline void add_external_signal(MarketInputs& market, const ExternalSignal& signal, std::size_t most) {
  auto& list = market.memory.make().external;
  bool replaced = false;
  for (auto& entry : list) {
    if (entry.source == signal.source) {
      entry = signal;
      replaced = true;
      break;
    }
  }
  if (!replaced) list.push_back(signal);
  if (list.size() <= most) return;
  auto weakest = list.begin();
  for (auto entry = list.begin() + 1; entry != list.end(); ++entry) {
    const bool weaker =
        entry->confidence < weakest->confidence ||
        (entry->confidence == weakest->confidence && entry->event_index < weakest->event_index);
    if (weaker) weakest = entry;
  }
  list.erase(weakest);
}

}  // namespace quartet
