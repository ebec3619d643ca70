// Exact integer arithmetic of prices, quantities and money (spec 1.2).
#pragma once

#include <limits>

#include "quartet/core/tables.hpp"

namespace quartet {

constexpr u128 magnitude(i128 value) {
  return value < 0 ? u128{0} - static_cast<u128>(value) : static_cast<u128>(value);
}
constexpr i128 absolute(i128 value) { return static_cast<i128>(magnitude(value)); }

// Midpoint of two prices whose sum is given, ties to even (spec 6.3).
constexpr i64 half_of_sum(i64 sum) {
  const i64 down = sum >> 1;
  return (sum & 1) != 0 ? down + (down & 1) : down;
}

// y * f / d to the nearest integer, ties to even, d > 0 (spec 1.2).
constexpr i128 mul_div(i128 y, i64 f, i64 d) {
  const u128 size = magnitude(y);
  const u128 factor = magnitude(f);
  const u128 divisor = static_cast<u128>(d);
  u128 quotient = 0;
  u128 rest = 0;
  if ((size >> 64) == 0) {
    quotient = static_cast<u64>(size) / static_cast<u64>(d);
    rest = static_cast<u64>(size) % static_cast<u64>(d);
  } else {
    quotient = size / divisor;
    rest = size - quotient * divisor;
  }
  const u128 product = rest * factor;
  u128 result = quotient * factor;
  u128 remainder = 0;
  if ((product >> 64) == 0) {
    result += static_cast<u64>(product) / static_cast<u64>(d);
    remainder = static_cast<u64>(product) % static_cast<u64>(d);
  } else {
    result += product / divisor;
    remainder = product % divisor;
  }
  if (2 * remainder > divisor || (2 * remainder == divisor && (result & 1) != 0)) result += 1;
  const bool negative = (y < 0) != (f < 0);
  return static_cast<i128>(negative ? u128{0} - result : result);
}

// A share of an amount; the share is in parts per billion (spec 1.2).
constexpr i128 cap(i64 share_ppb, i128 amount) { return mul_div(amount, share_ppb, kScale); }

// Quotient and rest of a division towards minus infinity.
constexpr i64 floor_divide(i64 value, i64 divisor) {
  const i64 quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}
constexpr i64 floor_modulo(i64 value, i64 divisor) {
  const i64 rest = value % divisor;
  return rest < 0 ? rest + divisor : rest;
}

// The multiples of step next to value, towards minus and plus infinity (spec 1.2).
constexpr i64 floor_to(i64 value, i64 step) { return value - floor_modulo(value, step); }
constexpr i64 ceil_to(i64 value, i64 step) {
  const i64 over = floor_modulo(value, step);
  return over == 0 ? value : value + (step - over);
}
constexpr i128 floor_to(i128 value, i64 step) {
  const auto narrow = static_cast<i64>(value);
  if (narrow == value) return value - floor_modulo(narrow, step);
  const i128 rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}
constexpr i128 ceil_to(i128 value, i64 step) { return -floor_to(-value, step); }

// An integer held to the range of i64.
constexpr i64 saturate(i128 value) {
  constexpr i64 low = std::numeric_limits<i64>::min();
  constexpr i64 high = std::numeric_limits<i64>::max();
  return value < low ? low : (value > high ? high : static_cast<i64>(value));
}

// price * quantity * multiplier in units of 1e-18; exact within the bounds of spec 1.8.
constexpr i128 money(i64 price, i64 quantity, i64 multiplier) {
  return static_cast<i128>(static_cast<u128>(i128{price} * quantity) * static_cast<u128>(multiplier));
}

// Sum and difference without undefined overflow, for totals that a forged snapshot could drive out of bounds.
constexpr i128 plus(i128 a, i128 b) { return static_cast<i128>(static_cast<u128>(a) + static_cast<u128>(b)); }
constexpr i128 minus(i128 a, i128 b) {
  return static_cast<i128>(static_cast<u128>(a) - static_cast<u128>(b));
}

}  // namespace quartet
