// Finds the slot of an open order by its id: open addressing, no allocation after the start.
#pragma once

#include <bit>
#include <cstdlib>
#include <memory>
#include <new>

#include "quartet/core/symbol_state.hpp"

namespace quartet {

class OrderIndex {
 public:
  void reserve(std::size_t orders) {
    const std::size_t places = std::bit_ceil(orders * 2 + 2);
    // calloc leaves the pages of ids that never come untouched.
    entries_.reset(static_cast<Entry*>(std::calloc(places, sizeof(Entry))));
    if (!entries_) throw std::bad_alloc();
    mask_ = places - 1;
  }

  u32 find(u64 id) const {
    if (id == 0) return kNoOrder;
    for (std::size_t at = home(id); entries_[at].id != 0; at = (at + 1) & mask_) {
      if (entries_[at].id == id) return entries_[at].slot;
    }
    return kNoOrder;
  }

  void insert(u64 id, u32 slot) {
    std::size_t at = home(id);
    while (entries_[at].id != 0) at = (at + 1) & mask_;
    entries_[at] = {id, slot};
  }

  void erase(u64 id) {
    std::size_t hole = home(id);
    while (entries_[hole].id != id) hole = (hole + 1) & mask_;
    // Moves later entries of the run back, so that no search ends too early.
    for (std::size_t at = (hole + 1) & mask_; entries_[at].id != 0; at = (at + 1) & mask_) {
      if (((at - home(entries_[at].id)) & mask_) >= ((at - hole) & mask_)) {
        entries_[hole] = entries_[at];
        hole = at;
      }
    }
    entries_[hole] = Entry{};
  }

 private:
  struct Entry {
    u64 id;
    u32 slot;
  };
  struct Free {
    void operator()(Entry* entries) const { std::free(entries); }
  };
  // Ids are given in sequence, so their low bits spread by themselves.
  std::size_t home(u64 id) const { return static_cast<std::size_t>(id) & mask_; }

  std::unique_ptr<Entry[], Free> entries_;
  std::size_t mask_ = 0;
};

}  // namespace quartet
