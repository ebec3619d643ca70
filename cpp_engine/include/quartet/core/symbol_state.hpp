// What phase two keeps of a symbol: what quotes touch, what orders touch, and what few symbols have (spec 6,
// 8-10).
#pragma once

#include <array>
#include <cstddef>
#include <limits>

#include "quartet/core/fixed_point.hpp"
#include "quartet/core/made_on_use.hpp"
#include "quartet/core/tables.hpp"

namespace quartet {

inline constexpr u32 kNoOrder = ~u32{0};

// A refused desire (spec 10.6).
struct RetryMemory {
  bool has = false;
  u8 type = 0;
  i64 price = 0;
  i64 quantity = 0;
  i64 ts = 0;
  bool operator==(const RetryMemory&) const = default;
};

// A VALID verdict of a bar, waiting for the CLOCK (spec 10.1).
struct PendingVerdict {
  bool has = false;
  double score = 0.0;
  double confidence = 0.0;
  double fair_value = 0.0;
  i64 ts = 0;
  bool operator==(const PendingVerdict&) const = default;
};

// Tokens of 1e-9 messages (spec 9.6).
struct TokenBucket {
  i64 tokens = 0;  // at most 2 * 10^9 * 10^9
  i64 ts = 0;
};

// One price level of a side.
struct PriceLevel {
  i64 price = 0;
  i64 size = 0;
};

// All levels of the latest BOOK; the best ones are in SymbolState.
struct BookDepth {
  std::array<PriceLevel, kLevels> bids;
  std::array<PriceLevel, kLevels> asks;
};

// A symbol's worst side and the prices that it is worth something at, as last brought up to date (spec 9.5).
struct Exposure {
  i64 worst = 0;  // w
  i64 mark = 0;
  i64 risk_price = 0;

  // N
  i128 notional(i64 multiplier) const { return money(mark, worst, multiplier); }
  // abs(w * risk price * multiplier)
  i128 at_risk(i64 multiplier) const { return absolute(money(risk_price, worst, multiplier)); }
};

// Two lines: what quotes and decisions without consequence touch.
struct alignas(64) SymbolState {
  i64 bid_price = 0;
  i64 ask_price = 0;
  i64 bid_size = 0;
  i64 ask_size = 0;
  i64 mark = 0;
  i64 last_ts = 0;
  i64 position = 0;
  u8 bid_levels = 0;
  u8 ask_levels = 0;
  bool has_mark = false;
  bool has_quote = false;  // the latest QUOTE or BOOK had both sides
  bool stale = false;
  bool halted = false;
  bool has_data = false;
  bool exposure_stale = false;

  i64 multiplier = 1;
  i64 target = 0;
  double target_x = 0.0;
  // The verdict that direction and target were last made from; NaN: make them anew (no state).
  double decided_score = std::numeric_limits<double>::quiet_NaN();
  double decided_confidence = 0.0;
  u32 first_order = kNoOrder;
  u32 last_order = kNoOrder;
  u32 open_orders = 0;
  u32 orders_at_venue = 0;
  i8 direction = 0;
  bool has_target = false;
  bool mark_moved = false;  // since its exposure was last valued
  bool plain_view = false;  // that of a sound two-sided quote (no state)
  u8 status = 0;
  Level level = Level::Run;
  bool flatten = false;
  bool taken_from = false;  // the view, since it came (no state)

  bool has_bid() const { return bid_levels > 0; }
  bool has_ask() const { return ask_levels > 0; }
  // Spec 7.5.
  bool frozen() const {
    return halted || (status & (contract::status::Halted | contract::status::Closed)) != 0;
  }
  // The mark in formulas: 0 where there is none (spec 6.3).
  i64 mark_or_zero() const { return has_mark ? mark : 0; }
};

// What few symbols have: refusals, bars that wait, bands.
struct SymbolExtras {
  PendingVerdict pending;
  std::array<RetryMemory, 2> retry;  // by side_index
  i64 band_low = 0;
  i64 band_high = 0;
  bool operator==(const SymbolExtras&) const = default;
};

// Two more lines: what signals, orders and fills touch.
struct alignas(64) SymbolTrading {
  u64 signal_id = 0;
  i64 taken_bid = 0;
  i64 taken_ask = 0;
  i64 buy_leaves = 0;   // B
  i64 sell_leaves = 0;  // S
  TokenBucket bucket;
  u32 last_accepted = kNoOrder;  // of the duplicate memory
  u16 kind = 0;                  // of instrument
  bool has_risk_price : 1 = false;
  bool has_band : 1 = false;
  bool margin_stale : 1 = false;

  i128 cost = 0;
  Exposure exposure;
  i64 risk_price = 0;
  MadeOnUse<SymbolExtras> extras;
  MadeOnUse<BookDepth> depth;
};

static_assert(sizeof(SymbolState) == 128 && sizeof(SymbolTrading) == 128);

}  // namespace quartet
