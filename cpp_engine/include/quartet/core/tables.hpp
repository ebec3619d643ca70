// The names of the generated tables, and integer aliases, as the rooms use them.
#pragma once

#include <cstdint>

#include "quartet/core/contract.hpp"

namespace quartet {

using i8 = std::int8_t;
using u8 = std::uint8_t;
using u16 = std::uint16_t;
using i32 = std::int32_t;
using u32 = std::uint32_t;
using i64 = std::int64_t;
using u64 = std::uint64_t;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
using i128 = __int128;
using u128 = unsigned __int128;
#pragma GCC diagnostic pop

using contract::AccountCause;
using contract::AccountType;
using contract::Code;
using contract::ControlKind;
using contract::Counters;
using contract::ErrorCode;
using contract::EventKind;
using contract::FillModel;
using contract::FillReason;
using contract::HaltAction;
using contract::kPriceMax;
using contract::kScale;
using contract::Level;
using contract::Liquidity;
using contract::Op;
using contract::OrderState;
using contract::OrderType;
using contract::PolicyKind;
using contract::PriceReference;
using contract::QueueModel;
using contract::Rebalance;
using contract::SelfTrade;
using contract::Side;
using contract::Sizing;
using contract::Trigger;
using contract::VenueMode;
using contract::Verdict;

inline constexpr u32 kNoSymbol = static_cast<u32>(contract::kNoSymbol);
inline constexpr std::size_t kLevels = static_cast<std::size_t>(contract::kLevelsMax);  // of a book's side
inline constexpr i64 kDayNs = 86'400'000'000'000;

// The number of an enumerator, as records and snapshots write it.
template <class Enum>
constexpr u8 number(Enum value) {
  return static_cast<u8>(value);
}

// Of an instrument's prices.
struct PriceBounds {
  i64 least = 0;
  i64 most = 0;
};

constexpr Side opposite(Side side) { return side == Side::Buy ? Side::Sell : Side::Buy; }
// 0 for a buy, 1 for a sell: index of per-side arrays.
constexpr std::size_t side_index(Side side) { return static_cast<std::size_t>(side) - 1; }

}  // namespace quartet
