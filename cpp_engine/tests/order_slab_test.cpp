// The slab against a plain sorted list of ids.
#include "quartet/order_engine/order_slab.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace quartet {
namespace {

constexpr u32 kCapacity = 16;

std::vector<u64> all_ids(const OrderSlab& slab) {
  std::vector<u64> ids;
  for (u32 slot = slab.first(); slot != kNoOrder; slot = slab[slot].next) ids.push_back(slab[slot].id);
  return ids;
}

std::vector<u64> ids_of(const OrderSlab& slab, const SymbolState& symbol) {
  std::vector<u64> ids;
  for (u32 slot = symbol.first_order; slot != kNoOrder; slot = slab[slot].symbol_next)
    ids.push_back(slab[slot].id);
  return ids;
}

TEST(OrderSlab, KeepsAscendingIdsThroughManyAddsAndRemoves) {
  OrderSlab slab;
  slab.reserve(kCapacity);
  std::array<SymbolState, 3> symbols;
  std::array<std::vector<u64>, 3> expected;
  std::vector<u64> expected_all;
  u64 random = 12345;
  const auto draw = [&](u64 below) {
    random = random * 6364136223846793005 + 1442695040888963407;
    return (random >> 33) % below;
  };
  for (u64 id = 1; id < 5'000; ++id) {
    if (slab.size() < kCapacity) {
      const u64 symbol = draw(3);
      Order order;
      order.id = id;
      order.symbol = static_cast<u32>(symbol);
      slab.add(order, symbols[symbol]);
      expected[symbol].push_back(id);
      expected_all.push_back(id);
    }
    while (slab.size() == kCapacity || (slab.size() > 0 && draw(2) == 0)) {
      const u64 gone = expected_all[draw(expected_all.size())];
      Order* order = slab.find(gone);
      ASSERT_NE(order, nullptr);
      const u32 symbol = order->symbol;
      slab.remove(*order, symbols[symbol]);
      std::erase(expected_all, gone);
      std::erase(expected[symbol], gone);
      ASSERT_EQ(slab.find(gone), nullptr);
    }
    ASSERT_EQ(all_ids(slab), expected_all);
    for (std::size_t i = 0; i < symbols.size(); ++i) {
      ASSERT_EQ(ids_of(slab, symbols[i]), expected[i]);
      ASSERT_EQ(symbols[i].open_orders, expected[i].size());
    }
    for (const u64 open : expected_all) ASSERT_EQ(slab.find(open)->id, open);
  }
  EXPECT_EQ(slab.find(0), nullptr);
  EXPECT_EQ(slab.find(999'999), nullptr);
}

// Ids 64 apart share a home; more than 32 make the index grow.
TEST(OrderIndex, SurvivesIdsThatFallIntoTheSameRun) {
  for (const u32 ids : {8u, 100u}) {
    OrderIndex index;
    for (u32 i = 0; i < ids; ++i) index.insert(1 + 64 * u64{i}, i);
    index.erase(1 + 64 * 3);
    index.erase(1);
    for (u32 i = 0; i < ids; ++i) {
      const u32 expected = i == 0 || i == 3 ? kNoOrder : i;
      EXPECT_EQ(index.find(1 + 64 * u64{i}), expected) << i;
    }
  }
}

}  // namespace
}  // namespace quartet
