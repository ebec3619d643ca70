// Open orders in fixed slots, linked in ascending id over all and per symbol.
#pragma once

#include <vector>

#include "quartet/order_engine/order.hpp"
#include "quartet/order_engine/order_index.hpp"

namespace quartet {

class OrderSlab {
 public:
  void reserve(u32 capacity);

  u32 size() const { return size_; }
  u32 capacity() const { return capacity_; }
  u32 first() const { return first_; }
  Order& operator[](u32 slot) { return orders_[slot]; }
  const Order& operator[](u32 slot) const { return orders_[slot]; }

  // The open order of that id, or null.
  Order* find(u64 id) {
    const u32 slot = index_.find(id);
    return slot == kNoOrder ? nullptr : &orders_[slot];
  }

  // Takes a slot, as of a new order, and links it last; the id must be above all open ones and a slot must be
  // free.
  Order& open(u64 id, SymbolState& symbol);
  // The same with an order's fields in it.
  Order& add(const Order& order, SymbolState& symbol);
  void remove(Order& order, SymbolState& symbol);

 private:
  std::vector<Order> orders_;
  OrderIndex index_;
  u32 capacity_ = 0;
  u32 free_ = kNoOrder;  // slots given back are chained by `next`
  u32 first_ = kNoOrder;
  u32 last_ = kNoOrder;
  u32 size_ = 0;
};

}  // namespace quartet
