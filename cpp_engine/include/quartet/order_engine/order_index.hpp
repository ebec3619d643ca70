// Finds the slot of an open order by its id: open addressing, in no more places than orders ever asked for.
#pragma once

#include <vector>

#include "quartet/core/symbol_state.hpp"

namespace quartet {

class OrderIndex {
 public:
  OrderIndex() { clear(kFirstPlaces); }

  u32 find(u64 id) const {
    if (id == 0) return kNoOrder;
    for (std::size_t at = home(id); entries_[at].id != 0; at = (at + 1) & mask_) {
      if (entries_[at].id == id) return entries_[at].slot;
    }
    return kNoOrder;
  }

  void insert(u64 id, u32 slot) {
    if (++size_ * 2 > entries_.size()) [[unlikely]]
      grow();
    place(id, slot);
  }

  void erase(u64 id) {
    --size_;
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
    u64 id = 0;
    u32 slot = 0;
  };
  static constexpr std::size_t kFirstPlaces = 64;

  // Ids are given in sequence, so their low bits spread by themselves.
  std::size_t home(u64 id) const { return static_cast<std::size_t>(id) & mask_; }

  void clear(std::size_t places) {
    entries_.assign(places, Entry{});
    mask_ = places - 1;
  }

  void place(u64 id, u32 slot) {
    std::size_t at = home(id);
    while (entries_[at].id != 0) at = (at + 1) & mask_;
    entries_[at] = {id, slot};
  }

  void grow() {
    std::vector<Entry> before;
    before.swap(entries_);
    clear(before.size() * 2);
    for (const Entry& entry : before) {
      if (entry.id != 0) place(entry.id, entry.slot);
    }
  }

  std::vector<Entry> entries_;
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
};

}  // namespace quartet
