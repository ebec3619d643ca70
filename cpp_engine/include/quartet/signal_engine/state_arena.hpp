// The state words and node values of every symbol, each in one flat block.
#pragma once

#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

#include "quartet/core/tables.hpp"

namespace quartet {

// Eight-byte words, zero at the start. A word is used either as u64 or as f64, always as the same (spec 4.3).
class StateArena {
 public:
  StateArena() = default;
  StateArena(std::size_t symbols, u32 words_per_symbol) : words_per_symbol_(words_per_symbol) {
    const std::size_t words = symbols * words_per_symbol;
    if (words == 0) return;
    // calloc leaves the pages of symbols that never tick untouched.
    bytes_.reset(static_cast<std::byte*>(std::calloc(words, sizeof(u64))));
    if (!bytes_) throw std::bad_alloc();
  }

  std::byte* of(u32 symbol) { return bytes_.get() + std::size_t{symbol} * words_per_symbol_ * sizeof(u64); }
  const std::byte* of(u32 symbol) const {
    return bytes_.get() + std::size_t{symbol} * words_per_symbol_ * sizeof(u64);
  }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::unique_ptr<std::byte[], Free> bytes_;
  u32 words_per_symbol_ = 0;
};

inline u64* u_words(std::byte* symbol_state, u32 word) {
  return reinterpret_cast<u64*>(symbol_state + std::size_t{word} * sizeof(u64));
}
inline double* f_words(std::byte* symbol_state, u32 word) {
  return reinterpret_cast<double*>(symbol_state + std::size_t{word} * sizeof(double));
}

}  // namespace quartet
