// What an engine holds for each symbol, with all that the allocator adds.
#include <gtest/gtest.h>
#include <stdlib.h>
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
#include <malloc.h>
#define QUARTET_COUNTS_BYTES
#endif

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace quartet {
namespace {

constexpr u32 kSymbols = 10'000;
constexpr std::size_t kBatchQuotes = 100;  // short, so that the records of a batch weigh little

// Bytes that this process has allocated and not given back; 0 where nobody says.
std::size_t bytes_in_use() {
#ifdef QUARTET_COUNTS_BYTES
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

// What an engine has come to hold when each of its symbols has had so many quotes.
double bytes_held(u32 symbols, const ProgramSpec& program, std::size_t rounds) {
  EngineConfig config = testing::sample_config(symbols);
  config.program = program;
  config.risk.duplicate_window_ns = 0;
  const std::string encoded = testing::encode(config);
  const testing::BatchColumns quotes = testing::quote_walk(kSymbols * rounds, symbols);
  const std::size_t before = bytes_in_use();
  edge::TradingEngine engine(encoded, {});
  std::size_t records = 0;
  for (const auto& batch : testing::batches_of(quotes, kBatchQuotes)) {
    records += engine.process(batch, {}).size();
  }
  EXPECT_GT(records, kSymbols * contract::kRecordSize);
  return static_cast<double>(bytes_in_use()) - static_cast<double>(before);
}

double bytes_per_symbol(const ProgramSpec& program, std::size_t rounds) {
  const double one = bytes_held(1, program, rounds);
  return (bytes_held(kSymbols, program, rounds) - one) / (kSymbols - 1);
}

class Memory : public ::testing::Test {
 protected:
  void SetUp() override {
    if (bytes_in_use() == 0) GTEST_SKIP() << "this allocator does not say what is in use";
  }
};

TEST_F(Memory, OfASymbolWithoutWindows) {
  EXPECT_LE(bytes_per_symbol(testing::crossover_program(10, 20), 40), 512.0);
}

TEST_F(Memory, OfASymbolWithAWindow) {
  constexpr double slots = 200;
  const ProgramSpec program = testing::replay_program();
  EXPECT_LE(bytes_per_symbol(program, 220), 512.0 + 16.0 * slots);
}

}  // namespace
}  // namespace quartet
