// exp, log and tanh: exact points, edges, and nearness to the true values (spec 1.5-1.7).
#include "quartet/core/elementary.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "quartet/core/floating.hpp"

namespace quartet {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(Elementary, ExpAtItsEdges) {
  EXPECT_EQ(spec_exp(0.0), 1.0);
  EXPECT_EQ(spec_exp(-0.0), 1.0);
  EXPECT_EQ(spec_exp(709.79), kInfinity);
  EXPECT_EQ(spec_exp(kInfinity), kInfinity);
  EXPECT_EQ(spec_exp(-746.0), 0.0);
  EXPECT_EQ(spec_exp(-kInfinity), 0.0);
  EXPECT_TRUE(is_nan(spec_exp(kNan)));
  EXPECT_GT(spec_exp(-745.0), 0.0);  // a subnormal
  EXPECT_TRUE(is_finite(spec_exp(709.78)));
}

TEST(Elementary, LogAtItsEdges) {
  EXPECT_EQ(spec_log(1.0), 0.0);
  EXPECT_EQ(spec_log(0.0), -kInfinity);
  EXPECT_EQ(spec_log(-0.0), -kInfinity);
  EXPECT_EQ(spec_log(kInfinity), kInfinity);
  EXPECT_TRUE(is_nan(spec_log(-1.0)));
  EXPECT_TRUE(is_nan(spec_log(kNan)));
  EXPECT_NEAR(spec_log(5e-324), -744.4400719213812, 1e-12);
}

TEST(Elementary, TanhAtItsEdges) {
  EXPECT_TRUE(std::signbit(spec_tanh(-0.0)));
  EXPECT_EQ(spec_tanh(-0.0), 0.0);
  EXPECT_EQ(spec_tanh(21.0), 1.0);
  EXPECT_EQ(spec_tanh(-kInfinity), -1.0);
  EXPECT_TRUE(is_nan(spec_tanh(kNan)));
}

TEST(Elementary, NearTheTrueValues) {
  for (double x = -20.0; x <= 20.0; x += 0.0625) {
    EXPECT_NEAR(spec_exp(x) / std::exp(x), 1.0, 4e-16) << x;
    EXPECT_NEAR(spec_tanh(x), std::tanh(x), 4e-16) << x;
    const double positive = std::exp(x);
    EXPECT_NEAR(spec_log(positive), std::log(positive), 4e-15) << x;
  }
}

}  // namespace
}  // namespace quartet
