// A set of symbol ids as bits; walks them in ascending order.
#pragma once

#include <bit>
#include <cstddef>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet {

class SymbolSet {
 public:
  void resize(std::size_t symbols) { words_.assign((symbols + 63) / 64, 0); }
  void insert(u32 symbol) { words_[symbol / 64] |= bit(symbol); }
  void erase(u32 symbol) { words_[symbol / 64] &= ~bit(symbol); }
  bool contains(u32 symbol) const { return (words_[symbol / 64] & bit(symbol)) != 0; }
  void clear() { words_.assign(words_.size(), 0); }

  // Smallest member that is at least `from`, or kNoSymbol; the set may change between calls.
  u32 next(u32 from) const {
    std::size_t word = from / 64;
    if (word >= words_.size()) return kNoSymbol;
    u64 rest = words_[word] & (~u64{0} << (from % 64));
    while (rest == 0) {
      if (++word == words_.size()) return kNoSymbol;
      rest = words_[word];
    }
    return static_cast<u32>(word * 64) + static_cast<u32>(std::countr_zero(rest));
  }

 private:
  static u64 bit(u32 symbol) { return u64{1} << (symbol % 64); }
  std::vector<u64> words_;
};

}  // namespace quartet
