// The duplicate memories of several symbols in one pool.
#include "quartet/order_engine/accepted_orders.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace quartet {
namespace {

std::vector<i64> times(const AcceptedOrders& orders, u32 last) {
  std::vector<i64> out;
  for (u32 slot = orders.first(last); slot != AcceptedOrders::kNone; slot = orders.after(slot, last))
    out.push_back(orders[slot].ts);
  return out;
}

TEST(AcceptedOrders, EachSymbolKeepsItsOwnInOrder) {
  AcceptedOrders orders;
  u32 one = AcceptedOrders::kNone;
  u32 other = AcceptedOrders::kNone;
  for (i64 ts = 0; ts < 100; ++ts) orders.push(ts % 2 == 0 ? one : other, {.ts = ts});
  orders.drop_until(one, 95);
  EXPECT_EQ(times(orders, one), (std::vector<i64>{96, 98}));
  EXPECT_EQ(times(orders, other).size(), 50);
  orders.drop_until(other, 99);
  EXPECT_EQ(other, AcceptedOrders::kNone);
  orders.push(other, {.ts = 100});
  EXPECT_EQ(times(orders, other), (std::vector<i64>{100}));
  EXPECT_EQ(times(orders, one), (std::vector<i64>{96, 98}));
}

TEST(AcceptedOrders, SlotsAreTakenAgain) {
  AcceptedOrders orders;
  u32 last = AcceptedOrders::kNone;
  orders.push(last, {.ts = 0});
  const u32 first = last;
  for (i64 ts = 1; ts < 1000; ++ts) {
    orders.drop_until(last, ts);
    orders.push(last, {.ts = ts});
  }
  EXPECT_EQ(last, first);
}

}  // namespace
}  // namespace quartet
