// Once its buffers have grown, an engine allocates nothing for events, orders, fills and records.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "batch_columns.hpp"
#include "config_encoding.hpp"
#include "quartet/edge/trading_engine.hpp"
#include "sample_config.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;

void* counted(std::size_t bytes, std::size_t alignment) {
  ++allocations;
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, bytes) != 0) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new[](std::size_t bytes) { return counted(bytes, alignof(std::max_align_t)); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return counted(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace quartet {
namespace {

constexpr std::size_t kBatches = 8;
constexpr std::size_t kBatchQuotes = 5'000;

// Allocations of the second half of the batches, after the first half has grown what grows.
std::size_t allocations_at_rest(const EngineConfig& config, const edge::EngineOptions& options) {
  const auto symbols = static_cast<u32>(config.instruments.size());
  const testing::BatchColumns quotes = testing::quote_walk(kBatches * kBatchQuotes, symbols);
  const auto batches = testing::batches_of(quotes, kBatchQuotes);
  edge::TradingEngine engine(testing::encode(config), options);
  for (std::size_t batch = 0; batch < kBatches / 2; ++batch) engine.process(batches[batch], {});
  const std::size_t before = allocations;
  std::size_t bytes = 0;
  for (std::size_t batch = kBatches / 2; batch < kBatches; ++batch) {
    bytes += engine.process(batches[batch], {}).size();
  }
  EXPECT_GT(bytes, 100 * contract::kRecordSize);
  return allocations - before;
}

class Allocations : public ::testing::TestWithParam<unsigned> {};

TEST_P(Allocations, NoneForQuotesAndOrdersOnceBuffersHaveGrown) {
  EXPECT_EQ(allocations_at_rest(testing::sample_config(20), {.threads = GetParam()}), 0);
}

TEST_P(Allocations, NoneForRestingQuotesThatAreReplacedAndFilled) {
  EngineConfig config = testing::sample_config(5);
  config.policy.kind = number(PolicyKind::Quoting);
  config.policy.quoting = {testing::kUnit / 100, 0, testing::kUnit, 10 * testing::kUnit, 0};
  config.program.fair_value = 0;  // the mid
  config.reconciler.use_replace = true;
  config.venue.order_latency_ns = 150'000;
  config.venue.response_latency_ns = 50'000;
  EXPECT_EQ(allocations_at_rest(config, {.threads = GetParam()}), 0);
}

INSTANTIATE_TEST_SUITE_P(Threads, Allocations, ::testing::Values(1U, 2U));

}  // namespace
}  // namespace quartet
