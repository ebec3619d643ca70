// Exact integer arithmetic of prices, quantities and money (spec 1.2).
#pragma once

#include <limits>

#include "quartet/core/tables.hpp"

namespace quartet {

// Without a branch: the sign of a change of price can not be predicted.
constexpr u128 magnitude(i128 value) {
  const u128 sign = static_cast<u128>(value >> 127);
  return (static_cast<u128>(value) ^ sign) - sign;
}
constexpr u64 magnitude(i64 value) {
  const u64 sign = static_cast<u64>(value >> 63);
  return (static_cast<u64>(value) ^ sign) - sign;
}
constexpr i128 absolute(i128 value) { return static_cast<i128>(magnitude(value)); }

// Midpoint of two prices whose sum is given, ties to even (spec 6.3).
constexpr i64 half_of_sum(i64 sum) {
  const i64 down = sum >> 1;
  return down + (sum & down & 1);
}

// Quotient and rest of a division by a positive number, without the library's general routine where the
// number is short.
struct Division {
  u128 quotient;
  u64 rest;
};
constexpr Division divide(u128 value, u64 divisor) {
  const u64 high = static_cast<u64>(value >> 64);
  const u64 low = static_cast<u64>(value);
  if (high == 0) return {low / divisor, low % divisor};
  if (divisor >> 32 != 0) {
    const u128 quotient = value / divisor;
    return {quotient, static_cast<u64>(value - quotient * divisor)};
  }
  const u64 first = high % divisor << 32 | low >> 32;
  const u64 second = first % divisor << 32 | (low & 0xFFFF'FFFF);
  const u64 quotient = first / divisor << 32 | second / divisor;
  return {u128{high / divisor} << 64 | quotient, second % divisor};
}

// The integer nearest to quotient + rest / divisor, ties to even.
constexpr u128 nearest(u128 quotient, u64 rest, u64 divisor) {
  const u64 up = divisor - rest;
  return quotient + static_cast<u64>(rest > up || (rest == up && (quotient & 1) != 0));
}

// y * f / d to the nearest integer, ties to even, d > 0 (spec 1.2).
constexpr u128 mul_div_unsigned(u64 y, u64 f, u64 d) {
  const Division exact = divide(u128{y} * f, d);
  return nearest(exact.quotient, exact.rest, d);
}
constexpr i128 mul_div(i128 y, i64 f, i64 d) {
  if (f == d) return y;
  if (f == 0) return 0;
  const u128 size = magnitude(y);
  const u64 factor = magnitude(f);
  const u64 divisor = static_cast<u64>(d);
  u128 result = 0;
  if ((size >> 64) == 0) {
    result = mul_div_unsigned(static_cast<u64>(size), factor, divisor);
  } else if ((size >> 96) == 0 && (factor >> 32) == 0) {
    const Division exact = divide(size * factor, divisor);
    result = nearest(exact.quotient, exact.rest, divisor);
  } else {
    const Division whole = divide(size, divisor);
    const Division part = divide(u128{whole.rest} * factor, divisor);
    result = nearest(whole.quotient * factor + part.quotient, part.rest, divisor);
  }
  const bool negative = (y < 0) != (f < 0);
  return static_cast<i128>(negative ? u128{0} - result : result);
}

// The same by one product with 2^157 / 10^9, whose quotient is right or one too small: a division in halves
// waits for itself.
constexpr Division divide_by_scale(u128 value) {
  constexpr u64 odd = kScale >> 9;  // 5^9
  constexpr u128 whole = (u128{1} << 127) / odd;
  constexpr u128 inverse = (whole << 21) + (((u128{1} << 127) - whole * odd) << 21) / odd;
  constexpr u64 inverse_high = static_cast<u64>(inverse >> 64);
  constexpr u64 inverse_low = static_cast<u64>(inverse);
  const u64 high = static_cast<u64>(value >> 64);
  const u64 low = static_cast<u64>(value);
  const u128 product =
      u128{high} * inverse_high + (u128{high} * inverse_low >> 64) + (u128{low} * inverse_high >> 64);
  const u128 quotient = product >> 29;
  const u64 rest = low - static_cast<u64>(quotient) * kScale;
  const u64 more = rest >= static_cast<u64>(kScale) ? 1 : 0;
  return {quotient + more, rest - more * kScale};
}

// A share of an amount; the share is in parts per billion (spec 1.2).
constexpr i128 cap(i64 share_ppb, i128 amount) {
  if (share_ppb == 0 || share_ppb == kScale) return share_ppb == 0 ? 0 : amount;
  const u128 size = magnitude(amount);
  const u64 factor = magnitude(share_ppb);
  if ((size >> 96) != 0 || (factor >> 32) != 0) return mul_div(amount, share_ppb, kScale);
  const Division exact = divide_by_scale(size * factor);
  const u128 result = nearest(exact.quotient, exact.rest, kScale);
  return static_cast<i128>((amount < 0) != (share_ppb < 0) ? u128{0} - result : result);
}

// Whether a share of an amount is within a share of a whole, by two products alone: in steps of 2^40, so that
// each fits in one word, the amount rounded up and the whole down. False says nothing.
constexpr bool shares_surely_within(i64 amount_ppb, i128 amount, i64 whole_ppb, i128 whole) {
  amount >>= 40;
  whole >>= 40;
  if (((amount | whole) >> 62) != 0) return false;
  return i128{static_cast<i64>(amount) + 1} * amount_ppb <= i128{static_cast<i64>(whole)} * whole_ppb;
}
// Whether amount <= cap(share_ppb, whole), likewise.
constexpr bool surely_within_share(i128 amount, i64 share_ppb, i128 whole) {
  return shares_surely_within(kScale, amount, share_ppb, whole);
}

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
  i64 units = 0;
  if (!__builtin_mul_overflow(quantity, multiplier, &units)) return i128{price} * units;
  return static_cast<i128>(static_cast<u128>(i128{price} * quantity) * static_cast<u128>(multiplier));
}

// Sum and difference without undefined overflow, for totals that a forged snapshot could drive out of bounds.
constexpr i128 plus(i128 a, i128 b) { return static_cast<i128>(static_cast<u128>(a) + static_cast<u128>(b)); }
constexpr i128 minus(i128 a, i128 b) {
  return static_cast<i128>(static_cast<u128>(a) - static_cast<u128>(b));
}

}  // namespace quartet
