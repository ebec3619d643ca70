// The caller's float control word neither changes an answer nor is lost.
#include "quartet/core/float_environment.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

// Towards zero, subnormals flushed: everything an engine must not calculate with.
constexpr unsigned kHostile = 0x1F80 | 0x6000 | 0x8040;

TEST(FloatEnvironment, CallersControlWordChangesNothingAndComesBack) {
  const std::string config = testing::encode(testing::sample_config(3));
  const testing::BatchColumns batch = testing::quote_walk(900, 3);
  edge::TradingEngine plain(config);
  edge::TradingEngine disturbed(config);
  const edge::Bytes expected = plain.process(batch.columns(), {});
  const unsigned before = _mm_getcsr();
  _mm_setcsr(kHostile);
  const edge::Bytes records = disturbed.process(batch.columns(), {});
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(after & ~0x3FU, kHostile);  // but for the exception flags
  EXPECT_TRUE(std::equal(records.begin(), records.end(), expected.begin(), expected.end()));
  EXPECT_EQ(disturbed.snapshot(), plain.snapshot());
}

}  // namespace
}  // namespace quartet
