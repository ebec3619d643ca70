// The duplicate memories of all symbols: rings of slots in one pool (spec 9.6).
#pragma once

#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet {

// An accepted order as desired.
struct AcceptedOrder {
  u8 side = 0;
  u8 type = 0;
  u32 next = 0;  // of its ring
  i64 quantity = 0;
  i64 price = 0;
  i64 ts = 0;
};

// A symbol keeps the slot of its last order, which knows that of its first.
class AcceptedOrders {
 public:
  static constexpr u32 kNone = ~u32{0};

  const AcceptedOrder& operator[](u32 slot) const { return (*pieces_[slot / kPiece])[slot % kPiece]; }
  u32 first(u32 last) const { return last == kNone ? kNone : (*this)[last].next; }
  u32 after(u32 slot, u32 last) const { return slot == last ? kNone : (*this)[slot].next; }

  void push(u32& last, const AcceptedOrder& order) {
    const u32 slot = take();
    AcceptedOrder& added = at(slot);
    added = order;
    added.next = last == kNone ? slot : std::exchange(at(last).next, slot);
    last = slot;
  }
  // Drops orders from the front that are no younger than that.
  void drop_until(u32& last, i64 ts) {
    while (last != kNone) {
      AcceptedOrder& end = at(last);
      const u32 slot = end.next;
      AcceptedOrder& first = slot == last ? end : at(slot);
      if (first.ts > ts) return;
      const u32 next = std::exchange(first.next, std::exchange(free_, slot));
      if (slot == last) {
        last = kNone;
      } else {
        end.next = next;
      }
    }
  }

 private:
  static constexpr u32 kPiece = 32;
  using Piece = std::array<AcceptedOrder, kPiece>;

  AcceptedOrder& at(u32 slot) { return (*pieces_[slot / kPiece])[slot % kPiece]; }

  void add_piece() {
    const u32 first = static_cast<u32>(pieces_.size()) * kPiece;
    pieces_.push_back(std::make_unique<Piece>());
    for (u32 slot = first + kPiece; slot-- > first;) {
      at(slot).next = free_;
      free_ = slot;
    }
  }

  u32 take() {
    if (free_ == kNone) [[unlikely]]
      add_piece();
    return std::exchange(free_, at(free_).next);
  }

  std::vector<std::unique_ptr<Piece>> pieces_;  // no room for twice as many, and nothing moves
  u32 free_ = kNone;                            // chained by `next`
};

}  // namespace quartet
