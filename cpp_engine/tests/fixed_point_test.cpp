// Exact arithmetic and pinned conversions (spec 1.2-1.4).
#include "quartet/core/fixed_point.hpp"

#include <gtest/gtest.h>

#include "quartet/core/floating.hpp"

namespace quartet {
namespace {

TEST(FixedPoint, MulDivRoundsTiesToEvenOfTheWholeResult) {
  EXPECT_EQ(mul_div(5, 1, 2), 2);    // 2.5
  EXPECT_EQ(mul_div(7, 1, 2), 4);    // 3.5
  EXPECT_EQ(mul_div(3, 1, 2), 2);    // 1.5
  EXPECT_EQ(mul_div(-5, 1, 2), -2);  // the sign comes last
  EXPECT_EQ(mul_div(-7, 1, 2), -4);
  EXPECT_EQ(mul_div(5, -1, 2), -2);
  EXPECT_EQ(mul_div(-5, -1, 2), 2);
  EXPECT_EQ(mul_div(8, 1, 3), 3);
  EXPECT_EQ(mul_div(7, 1, 3), 2);
}

TEST(FixedPoint, MulDivNeedsNoMoreThan128Bits) {
  const i128 large = (i128{1} << 118) + 12'345;
  EXPECT_EQ(mul_div(large, kScale, kScale), large);
  EXPECT_EQ(mul_div(-large, kScale, kScale), -large);
  EXPECT_EQ(mul_div(large, 0, kScale), 0);
  EXPECT_EQ(cap(500'000'000, i128{3}), 2);  // 1.5
}

TEST(FixedPoint, DivisionsByTheScaleAreExactBesideItsMultiples) {
  constexpr auto scale = static_cast<u64>(kScale);
  u128 value = 1;
  for (int step = 0; step < 500; ++step) {
    value = value * 3 + 1;  // past 2^128 it wraps
    const u128 multiple = value / scale * scale;
    for (const u128 each : {value, ~value, multiple, multiple - 1, multiple + 1}) {
      const Division exact = divide_by_scale(each);
      EXPECT_TRUE(exact.quotient == each / scale && exact.rest == each % scale) << step;
    }
  }
}

// y * f / d by one division of 128 bits, for products that fit.
i128 mul_div_plainly(i128 y, i64 f, i64 d) {
  const i128 product = y * f;
  const i128 size = absolute(product);
  const i128 down = size / d;
  const i128 twice = 2 * (size % d);
  const i128 nearest_size = down + (twice > d || (twice == d && (down & 1) != 0) ? 1 : 0);
  return product < 0 ? -nearest_size : nearest_size;
}

TEST(FixedPoint, MulDivIsOneExactDivisionWhateverTheWidths) {
  u64 random = 2463534242;
  const auto draw = [&](int bits) {
    random = random * 6364136223846793005 + 1442695040888963407;
    return static_cast<i64>((random >> 1) >> (63 - bits));
  };
  for (int round = 0; round < 20'000; ++round) {
    const i64 f = draw(round % 37) * (round % 2 == 0 ? 1 : -1);
    const i64 d = round % 3 == 0 ? kScale : draw(1 + round % 62) + 1;
    const i128 narrow = draw(round % 63);
    const i128 wide = (i128{draw(24)} << 62) + draw(62);
    EXPECT_EQ(mul_div(narrow, f, d), mul_div_plainly(narrow, f, d));
    EXPECT_EQ(mul_div(-narrow, f, d), mul_div_plainly(-narrow, f, d));
    if (d >> 37 == 0) {
      EXPECT_EQ(mul_div(wide, f, d), mul_div_plainly(wide, f, d));
    }
  }
}

TEST(FixedPoint, MidpointRoundsToEven) {
  EXPECT_EQ(half_of_sum(10), 5);
  EXPECT_EQ(half_of_sum(11), 6);
  EXPECT_EQ(half_of_sum(9), 4);
  EXPECT_EQ(half_of_sum(-9), -4);
  EXPECT_EQ(half_of_sum(-11), -6);
}

TEST(FixedPoint, MultiplesNextToAValue) {
  EXPECT_EQ(floor_to(i64{7}, 5), 5);
  EXPECT_EQ(ceil_to(i64{7}, 5), 10);
  EXPECT_EQ(floor_to(i64{-7}, 5), -10);
  EXPECT_EQ(ceil_to(i64{-7}, 5), -5);
  EXPECT_EQ(floor_to(i64{10}, 5), 10);
  EXPECT_EQ(ceil_to(i64{10}, 5), 10);
}

TEST(FixedPoint, FloorDivision) {
  EXPECT_EQ(floor_divide(-1, 10), -1);
  EXPECT_EQ(floor_divide(-10, 10), -1);
  EXPECT_EQ(floor_divide(19, 10), 1);
  EXPECT_EQ(floor_modulo(-1, 10), 9);
  EXPECT_EQ(floor_modulo(-10, 10), 0);
}

TEST(FixedPoint, SaturatesToSixtyFourBits) {
  EXPECT_EQ(saturate(i128{1} << 70), std::numeric_limits<i64>::max());
  EXPECT_EQ(saturate(-(i128{1} << 70)), std::numeric_limits<i64>::min());
  EXPECT_EQ(saturate(-5), -5);
}

TEST(Floating, RoundsTiesToEvenAndKeepsTheSignOfZero) {
  EXPECT_EQ(round_half_even(0.5), 0.0);
  EXPECT_EQ(round_half_even(1.5), 2.0);
  EXPECT_EQ(round_half_even(2.5), 2.0);
  EXPECT_EQ(round_half_even(-2.5), -2.0);
  EXPECT_TRUE(std::signbit(round_half_even(-0.25)));
  EXPECT_EQ(round_half_even(4503599627370497.0), 4503599627370497.0);
}

TEST(Floating, ConvertsWideIntegersWithOneRounding) {
  const i128 tie = (i128{1} << 80) + (i128{1} << 27);  // half a unit above 2^80
  EXPECT_EQ(to_double(tie), 1208925819614629174706176.0);
  EXPECT_EQ(to_double(tie + 1), std::nextafter(1208925819614629174706176.0, 1e300));
  EXPECT_EQ(to_double(-tie), -1208925819614629174706176.0);
}

TEST(Floating, SelectsAreNanWhereAnInputIs) {
  EXPECT_TRUE(is_nan(spec_min(kNan, 1.0)));
  EXPECT_TRUE(is_nan(spec_min(1.0, kNan)));
  EXPECT_TRUE(is_nan(spec_max(1.0, kNan)));
  EXPECT_TRUE(std::signbit(spec_min(-0.0, 0.0)));
  EXPECT_FALSE(std::signbit(spec_min(0.0, -0.0)));  // b < a ? b : a
  EXPECT_EQ(std::bit_cast<u64>(canonical(-kNan)), kCanonicalNan);
}

}  // namespace
}  // namespace quartet
