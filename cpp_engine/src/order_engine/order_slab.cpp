// Linking and unlinking of open orders.
#include "quartet/order_engine/order_slab.hpp"

namespace quartet {

void OrderSlab::reserve(u32 capacity) {
  orders_.clear();
  orders_.reserve(capacity);  // slots that are never taken stay untouched pages
  capacity_ = capacity;
  free_ = first_ = last_ = kNoOrder;
  size_ = 0;
  index_ = OrderIndex();
}

Order& OrderSlab::open(u64 id, SymbolState& symbol) {
  const bool fresh = free_ == kNoOrder;
  const u32 slot = fresh ? static_cast<u32>(orders_.size()) : free_;
  if (fresh) orders_.emplace_back();
  Order& opened = orders_[slot];
  if (!fresh) free_ = opened.next;
  opened = Order{};
  opened.id = id;
  opened.previous = last_;
  opened.symbol_previous = symbol.last_order;
  (last_ != kNoOrder ? orders_[last_].next : first_) = slot;
  (symbol.last_order != kNoOrder ? orders_[symbol.last_order].symbol_next : symbol.first_order) = slot;
  last_ = symbol.last_order = slot;
  ++size_;
  ++symbol.open_orders;
  index_.insert(id, slot);
  return opened;
}

Order& OrderSlab::add(const Order& order, SymbolState& symbol) {
  Order& added = open(order.id, symbol);
  const u32 previous = added.previous;
  const u32 symbol_previous = added.symbol_previous;
  added = order;
  added.next = added.symbol_next = kNoOrder;
  added.previous = previous;
  added.symbol_previous = symbol_previous;
  return added;
}

void OrderSlab::remove(Order& order, SymbolState& symbol) {
  const u32 slot = static_cast<u32>(&order - orders_.data());
  (order.previous != kNoOrder ? orders_[order.previous].next : first_) = order.next;
  (order.next != kNoOrder ? orders_[order.next].previous : last_) = order.previous;
  (order.symbol_previous != kNoOrder ? orders_[order.symbol_previous].symbol_next : symbol.first_order) =
      order.symbol_next;
  (order.symbol_next != kNoOrder ? orders_[order.symbol_next].symbol_previous : symbol.last_order) =
      order.symbol_previous;
  index_.erase(order.id);
  order.id = 0;
  order.next = free_;
  free_ = slot;
  --size_;
  --symbol.open_orders;
}

}  // namespace quartet
